// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * The moment that a cluster is brought back to. {@link ReadTarget} reads one as users write it; {@code toString} writes
 * it so that it can be read again.
 */
public sealed interface RecoveryTarget {

    /** Everything that the repository holds. */
    record Latest() implements RecoveryTarget {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /** The end of the newest snapshot: as soon as the data are consistent. */
    record Immediate() implements RecoveryTarget {
        @Override
        public String toString() {
            return "immediate";
        }
    }

    /**
     * The end of one snapshot.
     *
     * @param id the beginning of its id, in lower-case hex
     */
    record Snapshot(String id) implements RecoveryTarget {
        @Override
        public String toString() {
            return "snapshot:" + id;
        }
    }

    /**
     * A moment by the primary's clock.
     *
     * @param moment to the microsecond
     * @param exclusive whether what committed exactly then is left out
     */
    record Time(Instant moment, boolean exclusive) implements RecoveryTarget {

        private static final DateTimeFormatter FORMAT =
                new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
                        .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).appendLiteral('Z')
                        .toFormatter(Locale.ROOT).withZone(ZoneOffset.UTC);

        /** In UTC: {@code 2026-11-20 13:05:00.25Z}. */
        @Override
        public String toString() {
            return FORMAT.format(moment);
        }
    }

    /**
     * A position in the log.
     *
     * @param exclusive whether a record that begins exactly there is left out
     */
    record Position(Lsn lsn, boolean exclusive) implements RecoveryTarget {
        @Override
        public String toString() {
            return "lsn:" + lsn;
        }
    }

    /**
     * The end of a transaction.
     *
     * @param xid 3 to 4294967295
     * @param exclusive whether the transaction itself is left out
     */
    record Transaction(long xid, boolean exclusive) implements RecoveryTarget {
        @Override
        public String toString() {
            return "xid:" + xid;
        }
    }

    /** A restore point that was named on the server, by {@code muster mark} or pg_create_restore_point. */
    record Named(String name) implements RecoveryTarget {
        @Override
        public String toString() {
            return "name:" + name;
        }
    }
}
