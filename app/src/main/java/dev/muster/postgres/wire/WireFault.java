// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a conversation with a server came to nothing. */
public abstract sealed class WireFault extends Fault {

    private static final long serialVersionUID = 1;

    WireFault(Notice notice) {
        super(notice);
    }

    /** What the server sends is not the protocol, or more of it than is accepted. */
    public static final class Protocol extends WireFault {

        private static final long serialVersionUID = 1;

        public Protocol(String what, String server) {
            this(what, server, null);
        }

        public Protocol(String what, String server, @Nullable Throwable cause) {
            super(Notice.of("wire.protocol", what, server,
                    "Check that host and port are those of a PostgreSQL server, and not of something in between that"
                            + " does not know replication.")
                    .because(cause));
        }
    }

    /** The server answered a command with an error. The connection can be used further unless it was fatal. */
    public static final class ServerError extends WireFault {

        private static final long serialVersionUID = 1;

        /** Connection lost, shutting down, starting up, too many connections, slot or object in use. */
        private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "53300", "55006", "55P03");

        private final transient ServerMessage serverMessage;

        public ServerError(ServerMessage message, String subject) {
            super(notice(message, subject));
            this.serverMessage = message;
        }

        private static Notice notice(ServerMessage message, String subject) {
            var notice = Notice.of("wire.server-error", "The server answered with " + message, subject,
                    message.hint().isBlank() ? "The server's log says more." : message.hint());
            return PASSING.contains(message.sqlState()) ? notice.worthRetrying() : notice;
        }

        /** What the server said, to decide by its SQLSTATE. */
        public ServerMessage serverMessage() {
            return serverMessage;
        }
    }

    /** None of the hosts would do. */
    public static final class NoServer extends WireFault {

        private static final long serialVersionUID = 1;

        public NoServer(String what, String reasons, @Nullable Throwable last) {
            super(Notice.of("wire.no-server", what, reasons,
                    "Check the hosts, and whether target_session_attrs asks for a server that is not among them.")
                    .worthRetrying().because(last));
        }
    }

    /** The server cannot do what is needed. */
    public static final class Unsupported extends WireFault {

        private static final long serialVersionUID = 1;

        public Unsupported(String what, String server) {
            super(Notice.of("wire.unsupported", what, server, "Muster works with PostgreSQL 15 to 18."));
        }
    }
}
