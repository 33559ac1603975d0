// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.io.IOException;
import java.nio.file.Path;

/** Why a cluster was not brought back, or not to where it should be. */
public abstract sealed class RestoreFault extends Fault {

    private static final long serialVersionUID = 1;

    private static final String POINTS = "'muster points' shows what can be reached.";

    private RestoreFault(Notice notice) {
        super(notice);
    }

    /** The text is no target. */
    public static final class TargetUnreadable extends RestoreFault {
        private static final long serialVersionUID = 1;

        public TargetUnreadable(String text, String why) {
            super(Notice.of("restore.target-unreadable", "This is not a recovery target: " + why,
                    text.isBlank() ? "(empty)" : text,
                    "Write a time with its zone ('2026-11-20 13:05:00Z'), lsn:16/B374D848, xid:4711, name:TEXT, "
                            + "latest, immediate or a snapshot's id.")
                    .usage());
        }
    }

    /** The text chooses no timeline. */
    public static final class TimelineUnreadable extends RestoreFault {
        private static final long serialVersionUID = 1;

        public TimelineUnreadable(String text) {
            super(Notice.of("restore.timeline-unreadable", "This is not a timeline", text.isBlank() ? "(empty)" : text,
                    "Write latest, current or the number of a timeline. " + POINTS).usage());
        }
    }

    /** There is no snapshot to begin from. */
    public static final class NothingToRestore extends RestoreFault {
        private static final long serialVersionUID = 1;

        public NothingToRestore(String why, String subject) {
            super(Notice.of("restore.nothing-to-restore", "There is nothing to restore from: " + why, subject,
                    "Check that this is the right repository; 'muster backup' makes a first snapshot."));
        }
    }

    /** The target lies outside every recovery window. */
    public static final class TargetUnreachable extends RestoreFault {
        private static final long serialVersionUID = 1;

        /** @param nearest sentences that name the nearest moments that can be reached */
        public TargetUnreachable(String why, String target, String nearest) {
            super(Notice.of("restore.target-unreachable", "The target cannot be reached: " + why, target,
                    (nearest + " " + POINTS).strip()).usage());
        }
    }

    /** The target means different states on different histories. */
    public static final class TargetAmbiguous extends RestoreFault {
        private static final long serialVersionUID = 1;

        public TargetAmbiguous(String why, String target, String choices) {
            super(Notice.of("restore.target-ambiguous", "The target means more than one state: " + why, target, choices)
                    .usage());
        }
    }

    /** The directory is not one that may be restored into. */
    public static final class DirectoryRefused extends RestoreFault {
        private static final long serialVersionUID = 1;

        public DirectoryRefused(Path directory, String why) {
            this(directory, why, "Name an empty directory, or one that does not exist yet.");
        }

        private DirectoryRefused(Path directory, String why, String remedy) {
            super(Notice.of("restore.directory-refused", "Nothing is restored into this directory: " + why,
                    directory.toString(), remedy + " An unfinished restore is carried on by the same command.")
                    .usage());
        }

        /** Something else is in it. */
        static DirectoryRefused occupied(Path directory, String why) {
            return new DirectoryRefused(directory, why,
                    "Name an empty directory, or one that does not exist yet, or add "
                            + "--move-aside: then what is there is renamed, and nothing of it is deleted.");
        }
    }

    /** What is in the way cannot be moved aside. */
    public static final class NotMovedAside extends RestoreFault {
        private static final long serialVersionUID = 1;

        public NotMovedAside(Path directory, String why, String remedy) {
            super(Notice.of("restore.not-moved-aside", "This directory is not moved aside: " + why,
                    directory.toString(), remedy).usage());
        }

        /** The operating system does not rename it. */
        public static NotMovedAside refused(Path directory, IOException cause) {
            return new NotMovedAside(directory, "the operating system refuses to rename it, " + cause,
                    "Name another directory with --into, or move what it holds yourself.");
        }
    }

    /** What is restored does not fit. */
    public static final class NoRoom extends RestoreFault {
        private static final long serialVersionUID = 1;

        /** @param figures how much is needed and how much is free */
        public NoRoom(Path directory, String figures) {
            super(Notice.of("restore.no-room", "There is not enough room for what would be restored: " + figures,
                    directory.toString(), "Name a directory on a larger file system, or make room."));
        }
    }

    /** Tablespaces cannot be laid out as asked. */
    public static final class TablespaceRefused extends RestoreFault {
        private static final long serialVersionUID = 1;

        public TablespaceRefused(String why, String tablespace) {
            this(why, tablespace, "");
        }

        private TablespaceRefused(String why, String tablespace, String more) {
            super(Notice.of("restore.tablespace-refused", "A tablespace cannot be placed: " + why, tablespace,
                    "Map it with --tablespace OID=DIR to an empty directory outside the others; the plan lists the oids."
                            + more)
                    .usage());
        }

        /** Something else is in its directory. */
        static TablespaceRefused occupied(Path directory, String why) {
            return new TablespaceRefused(why, directory.toString(),
                    " Or add --move-aside: then what is there is renamed, and nothing of it is deleted.");
        }
    }

    /** A file of the new cluster could not be written. */
    public static final class FileFailed extends RestoreFault {
        private static final long serialVersionUID = 1;

        public FileFailed(String doing, Path file, IOException cause) {
            super(Notice.of("restore.file-failed", "The operating system did not let us " + doing, file + ": " + cause,
                    "See to the disk's space and permissions, then give the same command again: it carries on.")
                    .worthRetrying().because(cause));
        }
    }

    /** The server stopped before it had reached the target. */
    public static final class RecoveryFailed extends RestoreFault {
        private static final long serialVersionUID = 1;

        public RecoveryFailed(String why, Path directory) {
            super(Notice.of("restore.recovery-failed", "The server did not recover: " + why, directory.toString(),
                    "The message is the server's own. Once its cause is gone, the same command carries on."));
        }
    }

    /** The server stopped for want of log that was stored, and is missing or not what was stored any more. */
    public static final class LogDamaged extends RestoreFault {
        private static final long serialVersionUID = 1;

        public LogDamaged(String what, Path directory, RecoveryFailed cause) {
            super(Notice.of("restore.wal-damaged",
                    "The server did not recover, since WAL in the repository is damaged: "
                            + what,
                    directory.toString(),
                    "'muster repo check' says what it touches. Once it is put back from a copy of the repository, the same "
                            + "command carries on; or choose a target before it.")
                    .damage().because(cause));
        }
    }

    /** Replay makes no progress. */
    public static final class RecoveryStalled extends RestoreFault {
        private static final long serialVersionUID = 1;

        public RecoveryStalled(String since, Path directory) {
            super(Notice.of("restore.recovery-stalled", "Replay has made no progress " + since, directory.toString(),
                    "See whether the store can be reached and the disk is alive; the same command carries on.")
                    .worthRetrying());
        }
    }

    /** All WAL was replayed and the target did not occur in it. */
    public static final class TargetNotFound extends RestoreFault {
        private static final long serialVersionUID = 1;

        public TargetNotFound(RecoveryTarget target, String how) {
            super(Notice.of("restore.target-not-found",
                    "The target does not occur in the WAL that was replayed: " + how,
                    target.toString(), remedy(target) + POINTS));
        }

        private static String remedy(RecoveryTarget target) {
            return target instanceof RecoveryTarget.Time
                    ? "If nothing was written after that, --to latest brings back the same state. "
                    : "Check the name or number, and the timeline. ";
        }
    }

    /** The server has recovered less than the plan promised. */
    public static final class FellShort extends RestoreFault {
        private static final long serialVersionUID = 1;

        public FellShort(String reached, String promised) {
            super(Notice.of("restore.short", "The server recovered less than the plan promised: " + promised, reached,
                    "Do not use this cluster as if it were complete. 'muster repo check' says whether WAL is missing."));
        }
    }

    /** The server has recovered more than the plan meant: log came in meanwhile that lies behind the target. */
    public static final class WentFurther extends RestoreFault {
        private static final long serialVersionUID = 1;

        public WentFurther(String reached, String meant) {
            super(Notice.of("restore.further", "The server recovered more than the plan meant: " + meant, reached,
                    "Give the same command again: it begins anew, with a plan that knows the log that came in meanwhile.")
                    .worthRetrying());
        }
    }
}
