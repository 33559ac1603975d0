// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.FaultKind;
import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.system.PostgresAccess;
import dev.muster.system.StreamSystem;
import dev.muster.work.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code muster stream}. */
@Command(name = "stream", description = {
        "Receive a system's WAL, continuously, until Ctrl-C or SIGTERM; then what was received is moved to the repository.",
        "What is received is first forced to the spool and then moved to the repository. Servers that restart or are "
                + "promoted are followed; an outage of the repository is borne by the spool. A backup needs no receiver, but "
                + "only with one can a system be taken back to any moment after it."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster stream clinic",
                        "  muster stream clinic --sync",
                        "  muster stream clinic --json",
                        "  muster stream clinic --drain"})
public final class Stream implements Callable<Integer> {

    private final OpenVault vaults;
    private final PostgresAccess postgres;
    private final long process;

    @Mixin
    private final SystemOptions systems = new SystemOptions();

    @Parameters(paramLabel = "SYSTEM", description = "Whose WAL, as the configuration names it.")
    private String target = "";

    @Option(names = "--json", description = "Print one JSON document a line: what happens, and how it is doing every few seconds.")
    private boolean json;

    @Option(names = "--sync", description = "Commits are to wait for it, whatever the configuration says. The server decides: see its synchronous_standby_names.")
    private boolean sync;

    @Option(names = "--until-lsn", paramLabel = "LSN", converter = Position.class, description = "End once the repository has the WAL up to here.")
    private Optional<Lsn> until = Optional.empty();

    @Option(names = "--drain", description = "Only move what an earlier run left in the spool to the repository. Needs no server.")
    private boolean drain;

    @Option(names = "--new-history", description = "This server is the right one from now on, whatever is stored. Take a backup at once.")
    private boolean newHistory;

    @Option(names = "--tied", description = "End when standard input ends: for a program that starts this one.")
    private boolean tied;

    /** @param process this process, for those who look who is receiving */
    public Stream(OpenVault vaults, PostgresAccess postgres, long process) {
        this.vaults = vaults;
        this.postgres = postgres;
        this.process = process;
    }

    /** Reads a position. */
    static final class Position implements ITypeConverter<Lsn> {
        @Override
        public Lsn convert(String text) {
            try {
                return Lsn.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not a position such as 16/B374D848");
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        var invocation = vaults.invocation();
        var configuration = systems.configuration(invocation);
        var system = configuration.system(target);
        var order = new StreamSystem.Order(system, sync || system.stream().synchronous(), newHistory,
                StreamSystem.stateFile(configuration.stateDirectory(), system.name()), process);
        var released = new AtomicBoolean();
        try (var report = StreamReport.to(invocation, json, state -> released.get() || isReached(state));
                var scope = Scope.open("tie", 1)) {
            if (tied) {
                scope.fork(() -> awaitRelease(released));
            }
            return vaults.open(systems.place(configuration, system, invocation), (vault, _) -> {
                var streaming = new StreamSystem(postgres, vault);
                var journal = vaults.journals().of(vault);
                if (drain) {
                    return report.end(journal.attempt(new Deed("stream.drain", system.name(), "its spool"), () -> {
                        streaming.drain(order, report);
                        return true;
                    }, _ -> Map.of()));
                }
                return report.end(receive(streaming, order, report, journal));
            }) ? 0 : FaultKind.FAILED.exitStatus();
        }
    }

    private static boolean receive(StreamSystem streaming, StreamSystem.Order order, StreamReport report,
            Journal journal) throws InterruptedException {
        try (var entries = new StreamEntries(report, journal, order.system().name(), StreamEntries.STORE_IS_AWAY)) {
            try {
                var stored = streaming.receive(order, entries);
                entries.end(stored);
                return stored;
            } catch (RuntimeException e) {
                entries.failed(e);
                throw e;
            }
        }
    }

    private boolean isReached(ReceiverState state) {
        return until.isPresent() && !state.log().stored().isBefore(until.get());
    }

    private void awaitRelease(AtomicBoolean released) throws InterruptedException {
        var said = vaults.invocation().terminal().answers();
        while (said.next().isPresent()) {
            // Only its end matters.
        }
        released.set(true);
    }
}
