// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Looks for what only the WAL itself can tell. */
public interface WalSearch {

    /**
     * A record that was found.
     *
     * @param begins where it begins
     * @param ends the position after it
     * @param time when it was written, by the primary's clock; that of the target for records that have none
     */
    record Found(Lsn begins, Lsn ends, Instant time) {}

    /**
     * Looks along a path, from where it can be stopped first to where it ends, for the record by which the server stops:
     * the end of a transaction, a name, the first end of a transaction after a time, the first record at a position.
     *
     * @return the occurrences in their order, a few of them if there are many; of a time or a position only the first
     */
    List<Found> find(Reach reach, RecoveryTarget target) throws InterruptedException;

    /** The end of the last record of a path that is whole. */
    Lsn lastEnd(Reach reach) throws InterruptedException;

    /**
     * When the newest transaction ended that a path holds to its end, by the primary's clock: nothing if none is found in
     * the last of it.
     */
    Optional<Instant> lastTransaction(Reach reach) throws InterruptedException;
}
