// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import dev.muster.vault.object.Uid;

/** What can go wrong with the log in a repository, beyond damage to single objects. */
public abstract sealed class WalFault extends Fault {

    private static final long serialVersionUID = 1;

    private WalFault(Notice notice) {
        super(notice);
    }

    /** Bytes were offered for a place of a history where the repository holds other bytes. */
    public static final class Diverges extends WalFault {
        private static final long serialVersionUID = 1;

        public Diverges(Uid incarnation, WalSpan span, String stored) {
            super(Notice.of("wal.diverges",
                    "These bytes of the log are not those that the repository holds for the same place",
                    span + " of incarnation " + incarnation + ", stored in " + stored,
                    "Nothing was stored. Another server with the same identity, or a restored copy, is sending: "
                            + "find it and stop it. If this server is the right one from now on, begin a new history.")
                    .damage());
        }
    }

    /** Bytes of the log that were asked for are not in the repository, or no copy of them is good. */
    public static final class Gap extends WalFault {
        private static final long serialVersionUID = 1;
        private final long from;

        public Gap(Uid incarnation, long from, String next) {
            super(Notice.of("wal.gap", "The log has a gap",
                    "from " + WalSpan.lsn(from) + " to " + next + " of incarnation " + incarnation,
                    "What lies before the gap can be recovered: see 'muster points'. A copy of the repository may "
                            + "still have these bytes.")
                    .damage());
            this.from = from;
        }

        /** LSN of the first byte that is not there. */
        public long from() {
            return from;
        }
    }

    /** Bytes of the log that were asked for were released: no snapshot and no promised window needed them. */
    public static final class Released extends WalFault {
        private static final long serialVersionUID = 1;

        public Released(Uid incarnation, long from) {
            super(Notice.of("wal.released", "This part of the log was released by retention and is gone",
                    "from " + WalSpan.lsn(from) + " on, of incarnation " + incarnation,
                    "'muster points' shows which moments can be reached. If this one should have been kept, make the "
                            + "window of the system's retention longer: it holds for what comes."));
        }
    }

    /** The ranges of a segment do not fit together, so they stay as they are. */
    public static final class NotFoldable extends WalFault {
        private static final long serialVersionUID = 1;

        public NotFoldable(Uid incarnation, WalSpan span, String why) {
            super(Notice.of("wal.not-foldable", "These ranges cannot be folded: " + why,
                    span + " of incarnation " + incarnation,
                    "Nothing is lost: they are read as they are. 'muster repo check' looks at each of them."));
        }
    }

    /** No lineage has this incarnation. */
    public static final class NoSuchHistory extends WalFault {
        private static final long serialVersionUID = 1;

        public NoSuchHistory(Uid incarnation) {
            super(Notice.of("wal.no-such-history", "The repository has no history of this name", incarnation.hex(),
                    "Run 'muster points' to see what it holds, and 'muster repo check' to learn what is missing.")
                    .damage());
        }
    }
}
