// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there is no TLS connection to a server. */
public abstract sealed class TlsFault extends Fault {

    private static final long serialVersionUID = 1;

    TlsFault(Notice notice) {
        super(notice);
    }

    /** What a failure of the platform's TLS means: a refusal by the client's own rules is told in their words. */
    public static TlsFault from(SSLException failure, String server) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerTrust.Refused refused) {
                return new Untrusted(String.valueOf(refused.getMessage()), server, failure);
            }
        }
        return new Failed("TLS failed: " + failure.getMessage(), server, failure);
    }

    /** A file of certificates or keys is missing, unreadable, or not what it should be. */
    public static final class Misconfigured extends TlsFault {

        private static final long serialVersionUID = 1;

        public Misconfigured(String what, String subject, String remedy, @Nullable Throwable cause) {
            super(Notice.of("wire.tls-misconfigured", what, subject, remedy).usage().because(cause));
        }
    }

    /** The server's certificate is not one that the settings accept. */
    public static final class Untrusted extends TlsFault {

        private static final long serialVersionUID = 1;

        public Untrusted(String what, String server, @Nullable Throwable cause) {
            super(Notice.of("wire.tls-untrusted", what, server,
                    "Check that this is the server you mean. Then let sslrootcert name the certificate of the"
                            + " authority that signed the server's, and host be the name that it was signed for. Without"
                            + " a word sslmode is verify-full for a host that is reached over a network; sslmode=require"
                            + " is encrypted, and does not check who answers.")
                    .because(cause));
        }
    }

    /** The two sides could not agree, or one of them broke the rules. */
    public static final class Failed extends TlsFault {

        private static final long serialVersionUID = 1;

        public Failed(String what, String server, @Nullable Throwable cause) {
            super(Notice.of("wire.tls-failed", what, server,
                    "Look into the server's log. Check its certificate and key, ssl_min_protocol_version, and the"
                            + " client's sslcert and sslkey.")
                    .because(cause));
        }
    }

    /** The settings demand TLS and the server does not have it. */
    public static final class Unavailable extends TlsFault {

        private static final long serialVersionUID = 1;

        public Unavailable(String server) {
            super(Notice.of("wire.tls-unavailable", "The server does not offer TLS, and sslmode demands it", server,
                    "Set ssl = on and a certificate on the server; or, only where nobody can listen, say sslmode=prefer:"
                            + " without a word it is verify-full for a host that is reached over a network."));
        }
    }
}
