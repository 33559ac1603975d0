// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.auth.Channel;
import dev.muster.postgres.wire.tls.ClientTls;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.postgres.wire.transport.Transport;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * A line to a server on which nothing has been said yet.
 *
 * @param transport carries the bytes
 * @param tls what TLS came to, if the line has it
 */
record Line(Transport transport, Optional<ClientTls> tls) {

    boolean secured() {
        return tls.isPresent();
    }

    /** What authentication can be tied to. */
    Channel channel(String server) {
        if (tls.isEmpty()) {
            return Channel.clear();
        }
        try {
            var certificates = tls.get().engine().getSession().getPeerCertificates();
            return Channel.secured((X509Certificate) certificates[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw new TlsFault.Failed("The server showed no certificate", server, e);
        }
    }
}
