// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.io.IOException;

/** What can go wrong with the spool. */
public abstract sealed class SpoolFault extends Fault {

    private static final long serialVersionUID = 1;

    private SpoolFault(Notice notice) {
        super(notice);
    }

    /** The disk does not do what it must. */
    public static final class DiskFailed extends SpoolFault {
        private static final long serialVersionUID = 1;

        public DiskFailed(String subject, IOException cause) {
            super(Notice.of("spool.disk", "The disk of the spool failed: " + cause.getMessage(), subject,
                    "Nothing was acknowledged that is not durable. Look at the disk, then start the receiver again.")
                    .because(cause));
        }
    }

    /** There is no room for the next segment. */
    public static final class Full extends SpoolFault {
        private static final long serialVersionUID = 1;

        public Full(String subject, Throwable cause) {
            super(Notice.of("spool.full", "The disk of the spool is full", subject,
                    "Make room on it, or give the receiver a smaller 'spool-max': the server keeps the log meanwhile.")
                    .worthRetrying()
                    .because(cause));
        }
    }

    /** Files of the spool are not as this program leaves them. */
    public static final class Damaged extends SpoolFault {
        private static final long serialVersionUID = 1;

        public Damaged(String how, String subject) {
            super(Notice.of("spool.damaged", "The spool is not as it was left: " + how, subject,
                    "Move this file out of the spool and keep it; then start the receiver again, which asks the server"
                            + " and the repository for what is missing.")
                    .damage());
        }
    }

    public static SpoolFault of(String subject, IOException failure) {
        return failure instanceof Disk.NoRoomException ? new Full(subject, failure) : new DiskFailed(subject, failure);
    }
}
