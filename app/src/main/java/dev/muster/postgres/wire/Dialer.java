// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.SslNegotiation;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.tls.ClientTls;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.postgres.wire.transport.SocketTransport;
import dev.muster.postgres.wire.transport.TlsTransport;
import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Opens lines to one destination, in the clear or through TLS. */
record Dialer(ConnectionSettings settings, Destination destination, Timing timing) {

    /** Room for more than the one byte that may come, so that more is seen. */
    private static final int TLS_REPLY_BYTES = 64;

    /** A line in the clear. */
    Line dialClear(Budget budget) {
        return new Line(socket(budget), Optional.empty());
    }

    /** A line through TLS; in the clear if the server has none and the settings do not demand it. */
    Line dialSecured(Budget budget) {
        var tls = ClientTls.prepare(settings.tls(), destination.host().name(), timing.clock());
        var socket = socket(budget);
        try {
            if (settings.tls().negotiation() == SslNegotiation.POSTGRES && !serverAgrees(socket, budget)) {
                return new Line(socket, Optional.empty());
            }
            var secured = TlsTransport.handshake(socket, tls.engine(), budget.left());
            tls.checkAgreed();
            return new Line(secured, Optional.of(tls));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private SocketTransport socket(Budget budget) {
        var socket = SocketTransport.connect(destination.address(), settings.socket(), destination.toString(),
                timing.nanoTime(), budget.left());
        var required = settings.socket().requirePeer();
        if (destination.host().isSocket() && required.isPresent()) {
            checkPeer(socket, required.get());
        }
        return socket;
    }

    private void checkPeer(SocketTransport socket, String required) {
        var user = socket.peerUser();
        if (!user.equals(required)) {
            socket.close();
            throw new AuthFault.Refused("The server runs as another user than requirepeer says",
                    destination + ", user " + user, null);
        }
    }

    /** Asks for TLS. The answer is one byte: what comes with it was put there by somebody in between. */
    private boolean serverAgrees(SocketTransport socket, Budget budget) {
        socket.write(Frontend.tlsRequest(), budget.left());
        var reply = ByteBuffer.allocate(TLS_REPLY_BYTES);
        var read = socket.read(reply, budget.left());
        if (read < 0) {
            throw new TransportFault.Lost("The server ended the connection when asked for TLS",
                    destination.toString(), null);
        }
        if (read == 0) {
            throw new TransportFault.TimedOut("The server did not answer when asked for TLS", destination.toString());
        }
        if (read > 1) {
            throw violation("Something in between speaks before TLS begins");
        }
        return switch (reply.get(0)) {
            case 'S' -> true;
            case 'N' -> {
                if (settings.tls().mode().demandsTls()) {
                    throw new TlsFault.Unavailable(destination.toString());
                }
                yield false;
            }
            // Not authenticated: whatever text comes with an error is not shown.
            case 'E' -> throw violation("The server answered with an error when asked for TLS");
            default -> throw violation("The server's answer when asked for TLS is neither yes nor no");
        };
    }

    private WireFault violation(String what) {
        return new WireFault.Protocol(what, destination.toString());
    }
}
