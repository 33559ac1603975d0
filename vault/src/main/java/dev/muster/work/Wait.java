// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Waits for a condition that nobody announces (a file, a process, a server), by looking at it again and again until a
 * deadline. Where something does announce it, use a queue or a latch. Safe for use by any thread.
 *
 * @param nanoTime the monotonic clock that deadlines are measured on, in nanoseconds
 * @param interval how long to wait between two looks
 */
public record Wait(LongSupplier nanoTime, Duration interval) {

    private static final Duration DEFAULT_INTERVAL = Duration.ofMillis(20);

    /** What is waited for; {@code E} is what looking may throw, which ends the wait. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    /** Looks every 20 milliseconds. */
    public Wait(LongSupplier nanoTime) {
        this(nanoTime, DEFAULT_INTERVAL);
    }

    /**
     * Waits until the condition holds. It is looked at at least once, and once more when the time is up.
     *
     * @return whether it held in time
     */
    public <E extends Exception> boolean until(Condition<E> condition, Duration atMost)
            throws E, InterruptedException {
        var start = nanoTime.getAsLong();
        while (!condition.holds()) {
            var left = atMost.toNanos() - (nanoTime.getAsLong() - start);
            if (left <= 0) {
                return false;
            }
            pause(Duration.ofNanos(Math.min(left, interval.toNanos())));
        }
        return true;
    }

    /** Returns after this long; see {@link Pause}. */
    public void pause(Duration length) throws InterruptedException {
        var start = nanoTime.getAsLong();
        var left = length.toNanos();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = length.toNanos() - (nanoTime.getAsLong() - start);
        }
    }
}
