// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Splits the time of a recovery into its steps. Single-threaded. */
final class Stopwatch {

    private final LongSupplier nanoTime;
    private final List<DemoReport.Step> steps = new ArrayList<>();
    private long lapAt;

    Stopwatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lapAt = nanoTime.getAsLong();
    }

    /** The step of this name ends here. */
    void lap(String name) {
        long now = nanoTime.getAsLong();
        steps.add(new DemoReport.Step(name, (now - lapAt) / 1e9));
        lapAt = now;
    }

    /** Whether a step of this name has ended. */
    boolean has(String name) {
        return steps.stream().anyMatch(step -> step.name().equals(name));
    }

    List<DemoReport.Step> steps() {
        return List.copyOf(steps);
    }

    double seconds() {
        return steps.stream().mapToDouble(DemoReport.Step::seconds).sum();
    }
}
