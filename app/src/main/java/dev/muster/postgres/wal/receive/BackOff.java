// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.work.Pause;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits longer each time something fails again, and not at the same moments as others who wait. Not thread-safe. */
final class BackOff {

    private final Duration first;
    private final Duration last;
    private final RandomGenerator random;
    private final Pause pause;
    private int failures;

    BackOff(Duration first, Duration last, RandomGenerator random, Pause pause) {
        this.first = first;
        this.last = last;
        this.random = random;
        this.pause = pause;
    }

    /** Waits between half of the time that is due and all of it; returns how long that was. */
    Duration failed() throws InterruptedException {
        var due = first.multipliedBy(1L << Math.min(failures, 30));
        failures++;
        var most = due.compareTo(last) > 0 || due.isNegative() ? last : due;
        var length = most.dividedBy(2).plusNanos(random.nextLong(most.dividedBy(2).toNanos() + 1));
        pause.pause(length);
        return length;
    }

    /** It works again. */
    void succeeded() {
        failures = 0;
    }
}
