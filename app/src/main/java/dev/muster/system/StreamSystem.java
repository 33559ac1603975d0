// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.disk.LocalDisk;
import dev.muster.disk.OwnerOnly;
import dev.muster.fault.Fault;
import dev.muster.postgres.wal.advice.Advise;
import dev.muster.postgres.wal.advice.ReadFacts;
import dev.muster.postgres.wal.receive.Cadence;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.Receiver;
import dev.muster.postgres.wal.receive.ReceiverOptions;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.SideConnection;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wal.receive.SpoolLock;
import dev.muster.postgres.wal.receive.StateFile;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wal.spool.SpoolFault;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Receives the log of a system until it is told to stop: the receiver, and what it tells others on this host. */
public final class StreamSystem {

    private static final String STATES = "receiver";
    private static final int COMPRESSION_LEVEL = 1;
    private static final Duration DRAIN_AT_MOST = Duration.ofDays(365);

    private final PostgresAccess postgres;
    private final Vault vault;

    /** @param vault of the system; its role may write log */
    public StreamSystem(PostgresAccess postgres, Vault vault) {
        this.postgres = postgres;
        this.vault = vault;
    }

    /**
     * What is to be received.
     *
     * @param system whose log
     * @param synchronous whether commits are to wait for it
     * @param newHistory whether to begin a new history with the server, whatever is known
     * @param stateFile where others find how it is doing
     * @param process this process
     */
    public record Order(ProtectedSystem system, boolean synchronous, boolean newHistory, Path stateFile,
            long process) {}

    /** Where the receiver of a system on this host says how it is doing. */
    public static Path stateFile(Path stateDirectory, String system) {
        return stateDirectory.resolve(STATES).resolve(system);
    }

    /**
     * Receives until the audience says that it is over, or this thread is interrupted: then what was received is moved to
     * the repository.
     *
     * @return whether all that was received is there
     */
    public boolean receive(Order order, Audience audience) throws InterruptedException {
        var policy = order.system().stream();
        try (var _ = SpoolLock.take(policy.spool(), order.process()); var spool = open(policy)) {
            var options = options(order, order.synchronous() || isWaitedFor(order, audience));
            var receiver = receiver(options, spool, audience);
            var watch = new WatchRepository(vault, postgres.host(), () -> history(receiver));
            return new Reception(postgres, options, receiver, new Report(order, receiver, audience), watch,
                    policy.spool()).run();
        }
    }

    private static Optional<Uid> history(Receiver receiver) {
        return receiver.state().server().map(ReceiverState.Source::incarnation).map(Uid::parse);
    }

    /** Moves to the repository what an earlier run left in the spool. No server is needed for it. */
    public void drain(Order order, Audience audience) throws InterruptedException {
        var policy = order.system().stream();
        try (var _ = SpoolLock.take(policy.spool(), order.process()); var spool = open(policy)) {
            receiver(options(order, order.synchronous()), spool, audience).drain(DRAIN_AT_MOST);
        }
    }

    private Receiver receiver(ReceiverOptions options, Spool spool, Audience audience) {
        return new Receiver(options, postgres.connector(), LogRepository.of(vault, postgres.host()), spool,
                postgres.clocks(),
                audience::happened);
    }

    private static Spool open(StreamPolicy policy) {
        try {
            return Spool.open(LocalDisk.make(policy.spool()), policy.spoolBytesMax());
        } catch (IOException e) {
            throw SpoolFault.of(policy.spool().toString(), e);
        }
    }

    /** Commits that wait for a receiver which does not know would wait for a whole megabyte of others. */
    private boolean isWaitedFor(Order order, Audience audience) {
        var beside = new SideConnection(postgres.connector(), options(order, false), "_watch");
        try (var connection = beside.connect()) {
            var facts = new ReadFacts(connection, beside.options().applicationName()).read();
            var advice = new Advise(Policy.asynchronous(), beside.options().applicationName(), false).of(facts);
            if (!advice.isEmpty()) {
                audience.advised(advice);
            }
            return !advice.isEmpty();
        } catch (Fault e) {
            // The receiver will say what is wrong with the server.
            return false;
        }
    }

    private ReceiverOptions options(Order order, boolean synchronous) {
        var stream = order.system().stream();
        var policy = synchronous
                ? new Policy(true, durability(stream), onOutage(stream), Policy.OUTAGE_AFTER_DEFAULT)
                : Policy.asynchronous();
        var cadence = new Cadence(stream.cadence(), Cadence.DEFAULT.bytes());
        return new ReceiverOptions(order.system().name(), postgres.conninfo().resolve(order.system().postgres().text()),
                SlotNames.named(stream.slot()), policy,
                new ReceiverOptions.Shipping(cadence, COMPRESSION_LEVEL, postgres.host()), order.newHistory());
    }

    private static Policy.Durability durability(StreamPolicy stream) {
        return switch (stream.durability()) {
            case SPOOL -> Policy.Durability.SPOOL;
            case REPOSITORY -> Policy.Durability.REPOSITORY;
        };
    }

    private static Policy.OnOutage onOutage(StreamPolicy stream) {
        return switch (stream.onOutage()) {
            case BLOCK -> Policy.OnOutage.BLOCK;
            case DEGRADE -> Policy.OnOutage.DEGRADE;
        };
    }

    /** Tells the state to the audience and to others on this host. One thread uses it. */
    static final class Report {

        private final Order order;
        private final Receiver receiver;
        private final Audience audience;
        private final StateFile file;
        private boolean failed;

        Report(Order order, Receiver receiver, Audience audience) {
            this.order = order;
            this.receiver = receiver;
            this.audience = audience;
            this.file = new StateFile(order.stateFile());
        }

        Audience audience() {
            return audience;
        }

        /** Tells how it is doing; returns whether the audience has heard enough. */
        boolean tell() {
            var state = receiver.state();
            write(state);
            return audience.isOver(state);
        }

        /** The last word, if it ends in trouble. */
        void tell(Fault fault) {
            var state = receiver.state();
            write(state.in(new ReceiverState.Trouble(fault.code(),
                    fault.what() + ": " + fault.subject(), state.at())));
        }

        /** Log is received also if nobody can be told. */
        private void write(ReceiverState state) {
            try {
                OwnerOnly.makeDirectories(Objects.requireNonNull(order.stateFile().toAbsolutePath().getParent(),
                        "a state file is in a directory"));
                file.write(state, order.process());
                failed = false;
            } catch (IOException | Fault e) {
                if (!failed) {
                    audience.complained(e);
                }
                failed = true;
            }
        }
    }
}
