// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.auth;

import dev.muster.postgres.wire.tls.ServerBinding;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What the connection can prove.
 *
 * @param secured whether it is a TLS connection
 * @param certificate the server's certificate, if it is
 */
public record Channel(boolean secured, Optional<X509Certificate> certificate) {

    /** A connection in the clear. */
    public static Channel clear() {
        return new Channel(false, Optional.empty());
    }

    /** A TLS connection to a server with this certificate. */
    public static Channel secured(X509Certificate certificate) {
        return new Channel(true, Optional.of(certificate));
    }

    /** The digest that ties authentication to this connection; nothing in the clear or if the certificate has none. */
    Optional<byte[]> binding() {
        return certificate.flatMap(ServerBinding::of);
    }
}
