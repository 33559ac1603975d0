// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.transport;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import org.jspecify.annotations.Nullable;

/** Why bytes do not get to a server or back. */
public abstract sealed class TransportFault extends Fault {

    private static final long serialVersionUID = 1;

    TransportFault(Notice notice) {
        super(notice);
    }

    /** Nothing answers at the address, or there is no such address. */
    public static final class Unreachable extends TransportFault {

        private static final long serialVersionUID = 1;

        public Unreachable(String what, String server, @Nullable Throwable cause) {
            super(Notice.of("wire.unreachable", what, server,
                    "Check that the server runs, listens on this host and port (listen_addresses, port), and that no"
                            + " firewall is in between.")
                    .worthRetrying().because(cause));
        }
    }

    /** There was a connection, and it is gone. */
    public static final class Lost extends TransportFault {

        private static final long serialVersionUID = 1;

        public Lost(String what, String server, @Nullable Throwable cause) {
            super(Notice.of("wire.connection-lost", what, server,
                    "Try again. If it happens again, the server's log says why it ended the connection.")
                    .worthRetrying().because(cause));
        }
    }

    /** The server, or the network, was silent for too long. */
    public static final class TimedOut extends TransportFault {

        private static final long serialVersionUID = 1;

        public TimedOut(String what, String server) {
            super(Notice.of("wire.timeout", what, server,
                    "Try again. Check the load of the server and the network; connect_timeout bounds the attempt to"
                            + " connect.")
                    .worthRetrying());
        }
    }

    /** This thread was interrupted: the work was cancelled. */
    public static final class Interrupted extends TransportFault {

        private static final long serialVersionUID = 1;

        public Interrupted(String server, Throwable cause) {
            super(Notice.of("wire.interrupted", "The work with the server was cancelled", server, "Start it again.")
                    .because(cause));
        }
    }

    /** This side has closed the connection, from another thread or before. */
    public static final class Closed extends TransportFault {

        private static final long serialVersionUID = 1;

        public Closed(String server, @Nullable Throwable cause) {
            super(Notice.of("wire.closed", "The connection has been closed on this side", server, "Connect again.")
                    .worthRetrying().because(cause));
        }
    }
}
