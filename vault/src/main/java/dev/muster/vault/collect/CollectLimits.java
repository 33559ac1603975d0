// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import java.time.Duration;

/**
 * How far a run may go.
 *
 * @param grace between condemning and deleting, by the store's clock: at least {@link #GRACE_MIN}
 * @param givenUpAfter a session that has been silent for so long is given up: at least {@link #GIVEN_UP_AFTER_MIN}
 * @param deletionsMax objects that one run condemns, and deletes, at most; at least 1
 * @param removesMost whether it may go on although more than half of the snapshots were removed
 */
public record CollectLimits(Duration grace, Duration givenUpAfter, int deletionsMax, boolean removesMost) {

    /** Listings of network file systems may be so old (docs/format.md, section 1), and readers without a session end. */
    public static final Duration GRACE_MIN = Duration.ofHours(1);
    /** A session that lives says so every twelve hours; three of these may fail. */
    public static final Duration GIVEN_UP_AFTER_MIN = Duration.ofDays(2);

    public CollectLimits {
        if (grace.compareTo(GRACE_MIN) < 0 || givenUpAfter.compareTo(GIVEN_UP_AFTER_MIN) < 0 || deletionsMax < 1) {
            throw new IllegalArgumentException(
                    "a grace of " + grace + ", silence of " + givenUpAfter + ", " + deletionsMax + " deletions");
        }
    }

    /** A grace of a day, sessions given up after a week, 100,000 objects. */
    public static CollectLimits usual() {
        return new CollectLimits(Duration.ofDays(1), Duration.ofDays(7), 100_000, false);
    }
}
