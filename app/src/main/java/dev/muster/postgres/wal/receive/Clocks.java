// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.work.CrashPoints;
import dev.muster.work.Wait;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a receiver takes from its surroundings.
 *
 * @param clock the time of day, for people
 * @param nanoTime the monotonic clock, in nanoseconds: ages are measured by it
 * @param random spreads what several receivers would do at the same moment
 * @param crashPoints told how far the receiver is; {@link CrashPoints#none} in a program
 */
public record Clocks(InstantSource clock, LongSupplier nanoTime, RandomGenerator random, CrashPoints crashPoints) {

    /** Without crash points. */
    public Clocks(InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
        this(clock, nanoTime, random, CrashPoints.none());
    }

    Wait waiting() {
        return new Wait(nanoTime);
    }
}
