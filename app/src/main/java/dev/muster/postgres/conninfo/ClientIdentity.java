// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate that the client shows to the server.
 *
 * @param mode whether it is shown
 * @param certificate the file of the certificate and of those above it, PEM
 * @param key the file of the private key, PEM
 * @param keyPassword what the private key is encrypted with
 */
public record ClientIdentity(SslCertMode mode, Optional<Path> certificate, Optional<Path> key,
        Optional<Secret> keyPassword) {

    static ClientIdentity from(Said said, Surroundings surroundings) {
        return new ClientIdentity(said.choice(Keyword.SSLCERTMODE, SslCertMode.class, SslCertMode.ALLOW),
                said.path(Keyword.SSLCERT).or(() -> surroundings.inHome(".postgresql/postgresql.crt")),
                said.path(Keyword.SSLKEY).or(() -> surroundings.inHome(".postgresql/postgresql.key")),
                said.text(Keyword.SSLPASSWORD).map(Secret::new));
    }
}
