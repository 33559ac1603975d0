// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wal.spool.SpoolFault;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.wal.WalFault;
import dev.muster.work.Scope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Receives the log of one system until it is told to stop, or until what it is sent is not the log that it is to receive.
 * Everything else it bears: servers that restart, move or are promoted, networks that break, a repository that is away.
 */
public final class Receiver {

    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_LAST = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration DRAIN_AT_MOST = Duration.ofSeconds(30);
    private static final String STEPPED_DOWN = "_degraded";

    private final Parts parts;
    private final Connector connector;
    private final KnownLogs known;
    private final Outage outage;
    private final MendSpool mend;
    private final Shipper shipper;
    private final HoldLog hold;
    private volatile boolean stopping;
    private volatile boolean connected;
    private volatile Optional<ReceiverState.Trouble> trouble = Optional.empty();
    private volatile Optional<ReceiverState.Trouble> storeTrouble = Optional.empty();
    private volatile Optional<String> server = Optional.empty();
    private volatile Standing standing = Standing.UNKNOWN;
    private final AtomicBoolean newHistory;

    /**
     * @param connector connects to the server; its limits bound how long a silent server is waited for
     * @param repository where the log goes
     * @param spool nobody else uses it
     * @param listener hears of what happens, on threads of the receiver
     */
    public Receiver(ReceiverOptions options, Connector connector, LogRepository repository, Spool spool, Clocks clocks,
            Consumer<ReceiverEvent> listener) {
        this.connector = connector;
        this.parts = new Parts(options, repository, spool, clocks, new Progress(clocks.nanoTime()), event -> {
            noted(event);
            listener.accept(event);
        });
        this.known = new KnownLogs(parts);
        this.outage = new Outage(parts);
        this.mend = new MendSpool(parts, known);
        this.shipper = new Shipper(parts, known, mend, () -> stopping);
        this.hold = new HoldLog(parts, connector, () -> stopping);
        this.newHistory = new AtomicBoolean(options.newHistory());
    }

    /**
     * Receives.
     *
     * @throws ReceiverFault if the server is not the one whose log is known
     * @throws WalFault.Diverges if somebody else has put other bytes into the repository
     */
    public void run() throws InterruptedException {
        mend.say();
        try (var scope = Scope.open("wal-receiver", 4)) {
            scope.fork(shipper::run);
            scope.fork(this::watch);
            if (parts.options().policy().synchronous()) {
                scope.fork(hold::run);
            }
            var received = scope.submit(() -> {
                sessions();
                return true;
            });
            received.await();
        } finally {
            stopping = true;
            shipper.close();
        }
    }

    /**
     * Moves what is spooled to the repository, after {@link #run} has returned.
     *
     * @return whether all of it is there
     */
    public boolean drain() throws InterruptedException {
        return drain(DRAIN_AT_MOST);
    }

    /**
     * Moves what is spooled to the repository, while {@link #run} does not run; no server is needed for it.
     *
     * @return whether all of it is there
     */
    public boolean drain(Duration atMost) throws InterruptedException {
        mend.say();
        try (shipper) {
            return shipper.drain(atMost);
        }
    }

    /** What the server says that this receiver is to it. */
    public void standing(Standing told) {
        standing = told;
    }

    /**
     * Whether the repository knows the history that is received, under the name that it will keep: others who start now
     * find it.
     */
    public boolean isSettled() {
        var logs = parts.spool().logs();
        return !logs.isEmpty() && shipper.isSettled(logs.getLast().lineage().incarnation());
    }

    /** Asks it to stop: what was received is forced, and {@link #run} returns. */
    public void stop() {
        stopping = true;
        parts.progress().wake();
    }

    private void watch() throws InterruptedException {
        while (!stopping) {
            outage.check();
            parts.clocks().waiting().pause(LOOK_EVERY);
        }
    }

    private void sessions() throws InterruptedException {
        var backOff = new BackOff(PAUSE_FIRST, PAUSE_LAST, parts.clocks().random(), parts.clocks().waiting()::pause);
        while (!stopping) {
            try {
                mend.ifDue();
                session(backOff);
            } catch (SpoolFault.Damaged e) {
                mend.mend(e);
            } catch (ReceiverFault | WalFault | VaultFault | SpoolFault.DiskFailed e) {
                if (!e.retryable()) {
                    throw e;
                }
                failed(e, backOff);
            } catch (Fault e) {
                if (!connected && !e.retryable()) {
                    throw e;
                }
                failed(e, backOff);
            }
        }
    }

    private void session(BackOff backOff) throws InterruptedException {
        try (var connection = connector.connect(settings(), SessionKind.PHYSICAL_REPLICATION)) {
            connected = true;
            new StreamSession(parts, known, outage, connection, () -> stopping || mend.isDue())
                    .run(newHistory);
            backOff.succeeded();
        }
    }

    private void failed(Fault fault, BackOff backOff) throws InterruptedException {
        if (parts.progress().snapshot().proven()) {
            backOff.succeeded();
        }
        trouble = Optional.of(trouble(fault, trouble));
        parts.say(new ReceiverEvent.Disconnected(fault, backOff.failed()));
    }

    /** The same trouble goes on since it began. */
    private ReceiverState.Trouble trouble(Fault fault, Optional<ReceiverState.Trouble> before) {
        var since = before.filter(known -> known.code().equals(fault.code()))
                .map(ReceiverState.Trouble::since)
                .orElseGet(() -> parts.clocks().clock().instant());
        return new ReceiverState.Trouble(fault.code(), fault.what() + ": " + fault.subject(), since);
    }

    /** Under another name while stepped down, so that the server does not wait for it. */
    private ConnectionSettings settings() {
        var name = parts.options().applicationName();
        return parts.options().connection(outage.steppedDown() ? name + STEPPED_DOWN : name);
    }

    private void noted(ReceiverEvent event) {
        switch (event) {
            case ReceiverEvent.Connected now -> {
                trouble = Optional.empty();
                server = Optional.of(now.server());
            }
            case ReceiverEvent.StoreFailed now -> storeTrouble = Optional.of(trouble(now.fault(), storeTrouble));
            case ReceiverEvent.StoreRecovered _ -> storeTrouble = Optional.empty();
            default -> {
                // Nothing that stands in the way.
            }
        }
    }

    /** How it is doing now. */
    public ReceiverState state() {
        var progress = parts.progress().snapshot();
        var log = new ReceiverState.Log(progress.serverEnd(), progress.received(), progress.spooled(),
                progress.stored(), progress.spoolRpo(), progress.storeRpo());
        var promise = new ReceiverState.Promise(parts.options().policy(), standing, outage.degradation(),
                parts.spool().bytes(), parts.spool().bytesMax());
        return new ReceiverState(parts.options().system(), parts.clocks().clock().instant(), phase(progress),
                source(progress), log, promise, trouble.or(() -> storeTrouble));
    }

    private ReceiverState.Phase phase(Progress.Snapshot progress) {
        if (stopping) {
            return ReceiverState.Phase.STOPPED;
        }
        if (outage.spoolFull()) {
            return ReceiverState.Phase.WAITING_FOR_ROOM;
        }
        if (progress.proven()) {
            return ReceiverState.Phase.STREAMING;
        }
        return trouble.isEmpty() && server.isPresent()
                ? ReceiverState.Phase.COMPARING
                : ReceiverState.Phase.CONNECTING;
    }

    private Optional<ReceiverState.Source> source(Progress.Snapshot progress) {
        var logs = parts.spool().logs();
        if (server.isEmpty() || logs.isEmpty()) {
            return Optional.empty();
        }
        var lineage = logs.getLast().lineage();
        return Optional.of(new ReceiverState.Source(server.get(), lineage.incarnation().hex(),
                lineage.origin().timeline(), progress.serverTime()));
    }
}
