// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * A reach as far as it belongs to the path of a target's history: one that ends on an ancestor counts up to the fork.
 *
 * @param reach the recovery
 * @param end the last position of it that belongs to the path
 * @param endTime the primary's clock there, if it is known
 */
record Candidate(Reach reach, Lsn end, Optional<Instant> endTime) {

    static Candidate whole(Reach reach) {
        return new Candidate(reach, reach.end(), reach.endTime());
    }

    /** The part of the reach before the fork at which the path leaves its history. */
    static Optional<Candidate> before(Reach reach, Lsn fork) {
        if (fork.isBefore(reach.start())) {
            return Optional.empty();
        }
        return Optional.of(reach.end().isBefore(fork)
                ? whole(reach)
                : new Candidate(reach, fork, reach.last().timeAt(fork)));
    }

    boolean contains(Lsn position) {
        return !position.isBefore(reach.start()) && !position.isAfter(end);
    }

    /** Whether the moment lies in it; one whose end has no known time holds everything after its start. */
    boolean contains(Instant moment) {
        return !moment.isBefore(reach.startTime()) && endTime.filter(moment::isAfter).isEmpty();
    }
}
