// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.work.CrashPoints;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds work at crash points until it is let go, so that a test decides in which order things happen. */
final class Gate implements CrashPoints {

    private static final long SECONDS_MAX = 90;

    private final Map<String, Hold> holds = new ConcurrentHashMap<>();

    private record Hold(CountDownLatch arrived, CountDownLatch open) {}

    /** Closed at these points. */
    Gate(String... points) {
        for (var point : points) {
            holds.put(point, new Hold(new CountDownLatch(1), new CountDownLatch(1)));
        }
    }

    @Override
    public void reached(String point) {
        var hold = holds.get(point);
        if (hold != null) {
            hold.arrived.countDown();
            await(hold.open, point + " is opened");
        }
    }

    void awaitArrival(String point) {
        await(hold(point).arrived, point + " is reached");
    }

    void open(String point) {
        hold(point).open.countDown();
    }

    private Hold hold(String point) {
        return Objects.requireNonNull(holds.get(point), point);
    }

    private static void await(CountDownLatch latch, String what) {
        try {
            assertThat(latch.await(SECONDS_MAX, TimeUnit.SECONDS)).as(what).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted until " + what, e);
        }
    }
}
