// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import dev.muster.work.Wait;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Runs commands and says what they took. Memory is looked at {@value #LOOKS_APART_MS} ms apart: shorter peaks are missed. */
final class Meter {

    private static final Path PROC = Path.of("/proc");
    private static final int LOOKS_APART_MS = 50;
    private static final double NANOS = 1e9;
    private static final int OUTPUT_SHOWN_MAX = 2000;

    private final Machine machine;
    private final Path script;
    private final LongSupplier nanoTime;

    /**
     * @param machine what it runs on
     * @param script bench/meter
     * @param nanoTime the clock
     */
    Meter(Machine machine, Path script, LongSupplier nanoTime) {
        this.machine = machine;
        this.script = script;
        this.nanoTime = nanoTime;
    }

    double secondsSince(long nanos) {
        return (nanoTime.getAsLong() - nanos) / NANOS;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** Looks often enough to time by. */
    Wait waiting() {
        return new Wait(nanoTime, Duration.ofMillis(5));
    }

    /**
     * Runs a command as the machine's user, in a directory of its own, and then syncs the file system there.
     *
     * @param started is told the process, once
     * @return {@link Figure#SECONDS} and those of the command's own use
     */
    Map<String, Double> run(List<String> command, Map<String, String> environment, Path room, Consumer<Process> started)
            throws InterruptedException {
        var used = room.resolve("used");
        var output = room.resolve("output");
        var builder = new ProcessBuilder(machine.asUser(List.of("bash", script.toString(), used.toString())));
        builder.command().addAll(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(output.toFile()).redirectInput(new File("/dev/null"));
        var begun = now();
        var peak = new AtomicLong();
        var status = await(start(builder), started, peak);
        var synced = now();
        Machine.sync(room);
        var figures = new LinkedHashMap<String, Double>();
        figures.put(Figure.SECONDS, secondsSince(begun));
        figures.put(Figure.SYNC, secondsSince(synced));
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + status + ": "
                    + tail(Machine.read(output)));
        }
        var usage = Usage.parse(Machine.read(used));
        figures.put(Figure.CPU, usage.cpuSeconds());
        figures.put(Figure.PEAK, (double) peak.get());
        figures.put(Figure.READ, (double) usage.readBytes());
        figures.put(Figure.DISK_READ, (double) usage.diskReadBytes());
        figures.put(Figure.DISK_WRITTEN, (double) usage.diskWrittenBytes());
        return figures;
    }

    private int await(Process process, Consumer<Process> started, AtomicLong peak)
            throws InterruptedException {
        started.accept(process);
        var tree = new ProcessTree(PROC, process.pid());
        try {
            while (!process.waitFor(LOOKS_APART_MS, TimeUnit.MILLISECONDS)) {
                peak.accumulateAndGet(tree.residentBytes(), Math::max);
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tail(String text) {
        return text.strip().substring(Math.max(0, text.strip().length() - OUTPUT_SHOWN_MAX));
    }
}
