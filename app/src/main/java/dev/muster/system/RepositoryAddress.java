// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a repository is, and where the key to it comes from.
 *
 * @param url {@code file:///path} or one of a bucket, see {@link BucketAddress}
 * @param keyFile a file of mode 0600 with 64 hex digits
 * @param passphraseFile a file of mode 0600 whose first line is the passphrase
 * @param keyVariable a variable of the environment with 64 hex digits
 * @param copies where else all of it is to be, which the same keys open
 */
public record RepositoryAddress(String url, Optional<Path> keyFile, Optional<Path> passphraseFile,
        Optional<String> keyVariable, List<RepositoryCopy> copies) {

    public RepositoryAddress {
        copies = List.copyOf(copies);
    }

    /** Of a repository without copies. */
    public RepositoryAddress(String url, Optional<Path> keyFile, Optional<Path> passphraseFile,
            Optional<String> keyVariable) {
        this(url, keyFile, passphraseFile, keyVariable, List.of());
    }

    /** The same place, opened by another key. */
    public RepositoryAddress openedBy(Optional<Path> otherKeyFile, Optional<Path> otherPassphraseFile) {
        return new RepositoryAddress(url, otherKeyFile, otherPassphraseFile, Optional.empty(), copies);
    }

    /** Whether it says where the key comes from. */
    public boolean namesKey() {
        return keyFile.isPresent() || passphraseFile.isPresent() || keyVariable.isPresent();
    }
}
