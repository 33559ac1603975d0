// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * A record of the log, whole and with the checksum that it says it has. Layout: PostgreSQL's xlogrecord.h.
 *
 * @param begins where it begins
 * @param ends where the next one can begin
 * @param xid the transaction that it is of, unsigned; 0 for none
 * @param manager the number of the resource manager that replays it
 * @param info what it is, as the manager numbers it
 * @param body what follows its header; empty if it was not kept
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(Lsn begins, Lsn ends, long xid, int manager, int info, byte[] body) {

    static final int XLOG = 0;
    static final int XACT = 1;

    /** What records say that recoveries can be stopped by. */
    public sealed interface Event {

        /** By the primary's clock. */
        Instant time();

        /**
         * A transaction has ended.
         *
         * @param xid the transaction, unsigned
         * @param committed whether it took effect
         */
        record TransactionEnd(long xid, boolean committed, Instant time) implements Event {}

        /** A point was named. */
        record RestorePoint(String name, Instant time) implements Event {}
    }

    /** What it says, if recoveries can be stopped by it. */
    public Optional<Event> event() {
        return switch (manager) {
            case XLOG, XACT -> new EventBody(this).event();
            default -> Optional.empty();
        };
    }
}
