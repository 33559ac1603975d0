// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** Why a server's log is not received. Nothing of it was stored or acknowledged. */
public abstract sealed class ReceiverFault extends Fault {

    private static final long serialVersionUID = 1;

    private static final String NEW_HISTORY =
            " If this server is the right one from now on, start the receiver once with"
                    + " --new-history and take a backup at once.";

    private ReceiverFault(Notice notice) {
        super(notice);
    }

    /** Another cluster. */
    public static final class ForeignSystem extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public ForeignSystem(String server, String known) {
            super(Notice.of("receiver.foreign-system",
                    "This is another cluster than the one whose log is stored for this system",
                    server + ", stored is " + known,
                    "Check the connection: after pg_upgrade or initdb a cluster is another one." + NEW_HISTORY));
        }
    }

    /** The server's log ends before what is known of it. */
    public static final class ServerBehind extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public ServerBehind(String server, String known) {
            super(Notice.of("receiver.server-behind", "The server's log ends before the log that was received from it",
                    server + ", received up to " + known,
                    "It is a restored copy, or lost its disk: see which server the configuration names."
                            + NEW_HISTORY));
        }
    }

    /** The server is on a timeline that was left. */
    public static final class AbandonedTimeline extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public AbandonedTimeline(String server, String known) {
            super(Notice.of("receiver.abandoned-timeline",
                    "The server is not on the way that the stored log has taken", server + ", stored is " + known,
                    "It may be a primary that was replaced and came back: see which server is to be the primary."
                            + NEW_HISTORY));
        }
    }

    /** The server sends other bytes than before for the same place. */
    public static final class Diverges extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public Diverges(String server, String place) {
            super(Notice.of("receiver.diverges", "The server's log is not the one that was received before",
                    server + " at " + place,
                    "It is a restored copy, or its disk was set back: see which server the configuration names."
                            + NEW_HISTORY)
                    .damage());
        }
    }

    /** The server does not have the history of its own timeline. */
    public static final class NoHistory extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public NoHistory(String server, String timeline) {
            super(Notice.of("receiver.no-history", "The server does not have the history file of its timeline",
                    server + ", timeline " + timeline,
                    "Put the file back into its pg_wal, from its archive or from a standby."));
        }
    }

    /** Two programs on one spool. */
    public static final class SpoolInUse extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public SpoolInUse(String spool) {
            super(Notice.of("receiver.spool-in-use", "Another receiver uses this spool", spool,
                    "Stop the other one, or give this one a spool of its own.").usage());
        }
    }

    /** The spool has no room to work in. */
    public static final class SpoolTooSmall extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public SpoolTooSmall(String system, long bytes, long bytesMin) {
            super(Notice.of("receiver.spool-too-small",
                    "The spool may take " + bytes + " bytes and needs at least " + bytesMin, system,
                    "Give 'spool-max' at least this much: four segments of the server's log.").usage());
        }
    }

    /** The slot is of no use, and making it anew does not help. */
    public static final class SlotUnusable extends ReceiverFault {
        private static final long serialVersionUID = 1;

        public SlotUnusable(String slot, Throwable cause) {
            super(Notice.of("receiver.slot-unusable", "The server refuses this replication slot, also when made anew",
                    slot, "See the server's log; max_slot_wal_keep_size and idle_replication_slot_timeout end slots.")
                    .worthRetrying()
                    .because(cause));
        }
    }
}
