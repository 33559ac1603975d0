// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long something is kept, measured back from the newest snapshot.
 *
 * @param length empty: for ever
 */
public record Term(Optional<Duration> length) {

    public static final Term FOREVER = new Term(Optional.empty());

    public static Term of(Duration length) {
        return new Term(Optional.of(length));
    }

    /** Whether a snapshot of this moment is kept when the newest is of that one. */
    public boolean reaches(Instant moment, Instant newest) {
        return length.filter(limit -> Duration.between(moment, newest).compareTo(limit) > 0).isEmpty();
    }

    @Override
    public String toString() {
        return length.map(Term::words).orElse("forever");
    }

    /** {@code 30d, 36h, 90min, 30s}: the largest unit that says it exactly. */
    public static String words(Duration length) {
        long seconds = length.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "min" : seconds + "s";
    }
}
