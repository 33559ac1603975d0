// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pause in the backups, or a clock that jumped: the two cannot be told apart where host, store and server have one clock. After
 * either, everything before it looks old at once.
 *
 * @param from the last commit before it
 * @param to the first one behind it
 */
public record Pause(Instant from, Instant to) {

    /** Shorter ones are no matter: less than a month becomes old at once. */
    static final Duration LENGTH_MIN = Duration.ofDays(31);

    /** It is longer than the usual time between backups, so many times at least. */
    static final int TIMES_USUAL = 4;

    /** So many backups behind it somebody has seen it. */
    static final int COMMITS_LOOKED_AT = 9;

    /**
     * The longest pause among the last commits.
     *
     * @param commits when snapshots were committed, ascending
     */
    static Optional<Pause> in(List<Instant> commits) {
        List<Instant> last = commits.subList(Math.max(0, commits.size() - COMMITS_LOOKED_AT), commits.size());
        List<Pause> intervals = new ArrayList<>();
        for (int at = 1; at < last.size(); at++) {
            intervals.add(new Pause(last.get(at - 1), last.get(at)));
        }
        if (intervals.size() < 2) {
            return Optional.empty();
        }
        intervals.sort((one, other) -> one.length().compareTo(other.length()));
        Duration usual = intervals.get((intervals.size() - 1) / 2).length();
        return Optional.of(intervals.getLast())
                .filter(longest -> longest.length().compareTo(LENGTH_MIN) > 0
                        && longest.length().compareTo(usual.multipliedBy(TIMES_USUAL)) > 0);
    }

    Duration length() {
        return Duration.between(from, to);
    }
}
