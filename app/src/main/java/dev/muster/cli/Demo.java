// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.demo.DemoParts;
import dev.muster.demo.DemoRequest;
import dev.muster.demo.DisasterKind;
import dev.muster.demo.RunDemo;
import dev.muster.fault.FaultKind;
import dev.muster.system.Objective;
import dev.muster.system.Quantity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code muster demo}. */
@Command(name = "demo", description = {
        "A whole disaster and recovery on a PostgreSQL that is made for it, and a scoreboard.",
        "Loads a small clinic, protects it, lets writers commit, strikes, recovers, and compares every commit that was "
                + "acknowledged with what came back. Exit status 4 if an objective was missed."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster demo",
                        "  muster demo --disaster lost-disk --sync --json",
                        "  muster demo --size 2GB --keep"})
public final class Demo implements Callable<Integer> {

    private final Invocation invocation;
    private final Setting setting;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--disaster", paramLabel = "KIND", converter = Kind.class, description = "bad-delete or lost-disk. Default: one after the other.")
    private List<DisasterKind> disasters = List.of();

    @Option(names = "--size", paramLabel = "SIZE", converter = Size.class, description = "About how large the database is. Default: 100MB.")
    private long databaseBytes = 100_000_000;

    @Option(names = "--sync", description = "Commits wait until the receiver has them: a lost disk must then lose none.")
    private boolean sync;

    @Option(names = "--keep", description = "Leave the recovered server running, and say how to connect and what to try.")
    private boolean keep;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where everything goes: an empty directory. Default: a temporary one.")
    private Optional<Path> directory = Optional.empty();

    @Option(names = "--rpo", paramLabel = "TIME", converter = Time.class, description = "Most time whose commits may be lost. Default: 5s; with --sync 0s.")
    private Optional<Duration> rpo = Optional.empty();

    @Option(names = "--rto", paramLabel = "TIME", converter = Time.class, description = "Longest that a recovery may take. Default: 1m.")
    private Optional<Duration> rto = Optional.empty();

    /** Gets ready what a demonstration is made with. */
    @FunctionalInterface
    public interface Setting {

        /**
         * Gets it ready, which takes long the first time.
         *
         * @param say is told what is being done, and what is not as usual
         */
        DemoParts parts(Consumer<String> say) throws InterruptedException;
    }

    public Demo(Invocation invocation, Setting setting) {
        this.invocation = invocation;
        this.setting = setting;
    }

    @Override
    public Integer call() throws InterruptedException {
        var objective = new Objective(rpo.orElse(sync ? Duration.ZERO : Duration.ofSeconds(5)),
                rto.orElse(Duration.ofMinutes(1)));
        RunDemo.Outcome outcome;
        try (var progress = invocation.progress()) {
            var lines = new DemoLines(json.asked() ? new PrintWriter(new StringWriter()) : invocation.out(), progress,
                    invocation.time().nanoTime());
            lines.doing("Unpacking PostgreSQL");
            var parts = setting.parts(lines::doing);
            outcome = new RunDemo(parts).run(new DemoRequest(kinds(), databaseBytes, sync, objective,
                    directory.map(invocation.directory()::resolve), keep), lines);
        }
        if (json.asked()) {
            Json.print(invocation.out(), outcome.report());
        } else {
            print(outcome, objective);
        }
        outcome.faults().forEach(fault -> invocation.terminal().err().println("muster: wrong: " + fault));
        return outcome.report().objectivesMet() ? 0 : FaultKind.OBJECTIVE.exitStatus();
    }

    private List<DisasterKind> kinds() {
        return disasters.isEmpty() ? List.of(DisasterKind.values()) : disasters.stream().distinct().sorted().toList();
    }

    private void print(RunDemo.Outcome outcome, Objective objective) {
        var out = invocation.out();
        out.print(new Scoreboard(outcome.report(), objective));
        outcome.kept().ifPresent(kept -> {
            out.println();
            out.println("The recovered server still runs. Connect (password " + kept.password() + "):");
            out.println("  " + kept.psql());
            out.println("Try:");
            out.println("  muster points clinic --config " + kept.configuration());
            out.println("  muster restore clinic --config " + kept.configuration()
                    + " --to latest --into " + kept.directory().resolve("again") + " --plan");
            out.println("Stop it and remove everything:");
            out.println("  kill -INT " + kept.pid() + "; rm -r " + kept.directory());
        });
        out.flush();
    }

    /** Reads a kind of disaster by its label. */
    static final class Kind implements ITypeConverter<DisasterKind> {
        @Override
        public DisasterKind convert(String text) {
            return Arrays.stream(DisasterKind.values()).filter(kind -> kind.label().equals(text)).findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is neither bad-delete nor "
                            + "lost-disk"));
        }
    }

    /** Reads a size as the configuration does. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return read(() -> Quantity.bytes(text));
        }
    }

    /** Reads a time as the configuration does. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return read(() -> Quantity.duration(text));
        }
    }

    private static <T> T read(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
