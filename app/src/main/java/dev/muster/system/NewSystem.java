// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.vault.key.SlotKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A system that is to be protected from now on.
 *
 * @param name what people will call it
 * @param postgres where its PostgreSQL is; empty if DATABASE_URL says it
 * @param url of its repository
 * @param keyFile with the key of the repository, absolute
 * @param keyKind what is in that file
 * @param configuration the file that will say all this, absolute
 */
public record NewSystem(String name, Optional<ConnectionText> postgres, String url, Path keyFile, SlotKind keyKind,
        Path configuration) {

    /** Where its repository is, and where the key to it comes from. */
    RepositoryAddress repository() {
        Optional<Path> file = Optional.of(keyFile);
        return switch (keyKind) {
            case RAW_KEY -> new RepositoryAddress(url, file, Optional.empty(), Optional.empty());
            case PASSPHRASE -> new RepositoryAddress(url, Optional.empty(), file, Optional.empty());
        };
    }
}
