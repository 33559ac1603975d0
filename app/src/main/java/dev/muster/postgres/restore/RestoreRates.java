// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How fast restores have been, for a forecast.
 *
 * @param filesPerSecond bytes of files written in a second, if it was measured
 * @param replayPerSecond bytes of WAL replayed in a second, if it was measured
 */
public record RestoreRates(OptionalDouble filesPerSecond, OptionalDouble replayPerSecond) {

    private static final double MILLIS = 1000;

    /** Nothing has been measured. */
    public static RestoreRates unknown() {
        return new RestoreRates(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** How long so much takes, as far as rates are known. */
    static Duration time(long bytes, OptionalDouble perSecond) {
        return perSecond.isPresent() && perSecond.getAsDouble() > 0
                ? Duration.ofMillis((long) (MILLIS * bytes / perSecond.getAsDouble()))
                : Duration.ZERO;
    }
}
