// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line on a terminal that says how far long work has come, with rate and time left; nothing without a terminal.
 * Several threads may report; the line is redrawn at most ten times a second. Closing it leaves the terminal clean.
 */
final class ProgressLine implements AutoCloseable {

    private static final long REDRAW_NANOS = 100_000_000L;
    private static final int BAR_CELLS = 24;
    private static final int LINE_CELLS_MAX = 110;

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private String task = "";
    private long startedAt;
    private long drawnAt;
    private boolean drawn;

    ProgressLine(PrintWriter err, boolean terminal, LongSupplier nanoTime) {
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** {@code done} of {@code total} bytes of this task; a total of 0 is not known. */
    synchronized void bytes(String what, long done, long total) {
        long now = nanoTime.getAsLong();
        if (!what.equals(task)) {
            task = what;
            startedAt = now;
            drawnAt = now - REDRAW_NANOS;
        }
        if (!terminal || (now - drawnAt < REDRAW_NANOS && done != total)) {
            return;
        }
        drawnAt = now;
        double seconds = (now - startedAt) / 1e9;
        String line = String.format(Locale.ROOT, "%-22s %s %s", what, bar(done, total), Figures.bytes(done));
        if (total > 0) {
            line += " of " + Figures.bytes(total);
        }
        if (seconds > 0.5) {
            line += "  " + Figures.rate(done, seconds);
            if (total > done && done > 0) {
                line += "  " + Figures.duration(Duration.ofMillis((long) (seconds * 1000 * (total - done) / done)))
                        + " left";
            }
        }
        draw(line);
    }

    /** A task that has nothing to count. */
    synchronized void say(String what) {
        task = what;
        if (terminal) {
            draw(what);
        }
    }

    private void draw(String line) {
        err.print("\r\u001b[K" + line.substring(0, Math.min(line.length(), LINE_CELLS_MAX)));
        err.flush();
        drawn = true;
    }

    private static String bar(long done, long total) {
        if (total <= 0) {
            return " ".repeat(BAR_CELLS + 2);
        }
        int filled = (int) Math.min(BAR_CELLS, BAR_CELLS * done / total);
        return "[" + "=".repeat(filled) + " ".repeat(BAR_CELLS - filled) + "]";
    }

    @Override
    public synchronized void close() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }
}
