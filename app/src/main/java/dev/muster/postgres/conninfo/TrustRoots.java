// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose signature on a server's certificate is trusted.
 *
 * @param system whether the system's own authorities are trusted instead of a file's
 * @param file the file of trusted certificates, PEM; it may not be there
 * @param revoked the file of revocation lists, PEM; if it was not named it may not be there
 * @param revokedNamed whether the file of revocation lists was named
 */
public record TrustRoots(boolean system, Optional<Path> file, Optional<Path> revoked, boolean revokedNamed) {

    static final String SYSTEM = "system";

    static TrustRoots from(Said said, Surroundings surroundings) {
        var system = said.text(Keyword.SSLROOTCERT).filter(SYSTEM::equals).isPresent();
        var named = said.path(Keyword.SSLCRL);
        return new TrustRoots(system,
                system ? Optional.empty() : said.path(Keyword.SSLROOTCERT).or(() -> home(surroundings, "root.crt")),
                named.or(() -> home(surroundings, "root.crl")), named.isPresent());
    }

    /** The system's own authorities if the file is not there. */
    TrustRoots orSystem() {
        return file.filter(Files::exists).isPresent()
                ? this
                : new TrustRoots(true, Optional.empty(), revoked, revokedNamed);
    }

    private static Optional<Path> home(Surroundings surroundings, String file) {
        return surroundings.inHome(".postgresql/" + file);
    }
}
