// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.List;

/** Looks for what only the WAL itself can tell. */
@FunctionalInterface
public interface WalSearch {

    /**
     * A record that was found.
     *
     * @param begins where it begins
     * @param ends the position after it
     * @param time when it was written, by the primary's clock
     */
    record Found(Lsn begins, Lsn ends, Instant time) {}

    /**
     * Looks along a path, from where it can be stopped first to where it ends.
     *
     * @param target a transaction, whose end is looked for, or a name
     * @return the occurrences in their order, a few of them if there are many
     */
    List<Found> find(Reach reach, RecoveryTarget target) throws InterruptedException;
}
