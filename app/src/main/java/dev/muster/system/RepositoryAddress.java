// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a repository is, and where the key to it comes from.
 *
 * @param url {@code file:///path} or one of a bucket, see {@link BucketAddress}
 * @param keyFile a file of mode 0600 with 64 hex digits
 * @param passphraseFile a file of mode 0600 whose first line is the passphrase
 * @param keyVariable a variable of the environment with 64 hex digits
 */
public record RepositoryAddress(String url, Optional<Path> keyFile, Optional<Path> passphraseFile,
        Optional<String> keyVariable) {

    /** Whether it says where the key comes from. */
    public boolean namesKey() {
        return keyFile.isPresent() || passphraseFile.isPresent() || keyVariable.isPresent();
    }
}
