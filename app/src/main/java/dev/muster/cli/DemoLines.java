// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.demo.DemoWatch;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How a demonstration goes on, for people: a line for each thing done, with what it took. */
final class DemoLines implements DemoWatch {

    private static final int TEXT_CELLS = 81;

    private final PrintWriter out;
    private final ProgressLine progress;
    private final LongSupplier nanoTime;
    private long lastAt;

    /**
     * @param out gets the lines that stay
     * @param progress is cleared before each of them
     */
    DemoLines(PrintWriter out, ProgressLine progress, LongSupplier nanoTime) {
        this.out = out;
        this.progress = progress;
        this.nanoTime = nanoTime;
        this.lastAt = nanoTime.getAsLong();
    }

    @Override
    public void act(String title) {
        progress.close();
        out.println();
        out.println(title);
        out.flush();
        lastAt = nanoTime.getAsLong();
    }

    @Override
    public void doing(String what) {
        progress.say("  " + what + " ...");
    }

    @Override
    public void bytes(String what, long done, long total) {
        progress.bytes("  " + what, done, total);
    }

    @Override
    public void done(String what) {
        progress.close();
        var now = nanoTime.getAsLong();
        out.printf(Locale.ROOT, "  %-" + TEXT_CELLS + "s %7.1f s%n", what, (now - lastAt) / 1e9);
        out.flush();
        lastAt = now;
    }
}
