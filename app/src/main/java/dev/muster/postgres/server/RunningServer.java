// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A server that was started, until it is closed. Closing a server that is {@link Lifetime#BOUND} stops it, however hard
 * that takes; one that {@link Lifetime#OUTLIVES} is only let go of. Safe for use by any thread.
 */
public final class RunningServer implements AutoCloseable {

    private static final Duration LOOK_EVERY_AT_LEAST = Duration.ofMillis(2);
    private static final Duration LOOK_EVERY_AT_MOST = Duration.ofMillis(100);
    private static final int LOOKS_PER_TIME_WAITED = 20;
    private static final Duration SIGNAL_AT_MOST = Duration.ofSeconds(20);
    private static final Duration FAST_AT_MOST = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_AT_MOST = Duration.ofSeconds(10);

    private final Machine machine;
    private final OsAccount account;
    private final Cluster cluster;
    private final Postmaster postmaster;
    private final PidFile identity;
    private final Run run;

    /** Found while the data directory can be reached: a mount may die before its server. */
    private final ServerProcesses processes;

    /** What belongs to this one start of the server. */
    record Run(PrivateDirectory directory, ServerLog log, Lifetime lifetime) {}

    RunningServer(Machine machine, OsAccount account, Cluster cluster, Postmaster postmaster, PidFile identity,
            Run run) {
        this.machine = machine;
        this.account = account;
        this.cluster = cluster;
        this.postmaster = postmaster;
        this.identity = identity;
        this.run = run;
        this.processes = new ServerProcesses(machine, cluster.dataDirectory());
    }

    /**
     * The server that runs on this data directory, whoever started it, if one does; it outlives us. The number in its
     * pid file counts only if that process is a postgres in this directory.
     */
    public static Optional<RunningServer> at(Path dataDirectory, Machine machine) throws InterruptedException {
        var cluster = Cluster.at(dataDirectory);
        var file = PidFile.read(cluster.dataDirectory()).filter(found -> !found.socketDirectory().isEmpty());
        var processes = new ServerProcesses(machine, cluster.dataDirectory());
        var handle = file.flatMap(found -> ProcessHandle.of(found.pid())).filter(processes::include);
        if (file.isEmpty() || handle.isEmpty()) {
            return Optional.empty();
        }
        var account = new OsAccounts(machine).owning(cluster.dataDirectory());
        var directory = new PrivateDirectory(Path.of(file.get().socketDirectory()), account, machine);
        var run = new Run(directory, new ServerLog(processes.logOf(handle.get(), directory), 0), Lifetime.OUTLIVES);
        return Optional.of(new RunningServer(machine, account, cluster, new Postmaster(handle.get(), null), file.get(),
                run));
    }

    /** The data directory that it serves. */
    public Cluster cluster() {
        return cluster;
    }

    /** The process id of the postmaster. */
    public long pid() {
        return postmaster.pid();
    }

    /** Where clients reach it. */
    public ServerAddress address() {
        return new ServerAddress(Path.of(identity.socketDirectory()), identity.port(),
                !identity.listenAddress().isEmpty());
    }

    /** What it has written to its log since it was started. */
    public ServerLog log() {
        return run.log();
    }

    /** Whether its postmaster still runs. */
    public boolean isAlive() {
        return postmaster.isAlive();
    }

    /** What it is doing now. */
    public ServerState state() {
        if (!postmaster.isAlive()) {
            return ServerState.STOPPED;
        }
        return PidFile.read(cluster.dataDirectory())
                .filter(identity::isSameRunAs)
                .map(file -> ServerState.of(file.status(), cluster.isInProduction()))
                .orElse(ServerState.STOPPING);
    }

    /** The exit status of the postmaster, if it has ended and we started it: 0 after any orderly stop. */
    public OptionalInt exitStatus() {
        return postmaster.exitStatus();
    }

    /**
     * Waits until it accepts connections: READY, or STANDBY if it recovers and can be read meanwhile (hot_standby on).
     *
     * @return which of them
     */
    public ServerState awaitReady(Duration atMost) throws InterruptedException {
        var start = machine.nanoTime().getAsLong();
        var state = await(EnumSet.of(ServerState.READY, ServerState.STANDBY), atMost);
        var left = atMost.minusNanos(machine.nanoTime().getAsLong() - start);
        if (!machine.waiting().until(this::acceptsConnections, left)) {
            throw new ServerFault.NotReady(cluster.dataDirectory(), atMost, "its socket refuses connections");
        }
        return state;
    }

    /**
     * Waits until it is in one of these states; how a recovery that is to end in a shutdown is waited for, too. Throws
     * at once if it ends and STOPPED is not among them.
     *
     * @return the state that it is in
     */
    public ServerState await(Set<ServerState> wanted, Duration atMost) throws InterruptedException {
        var start = machine.nanoTime().getAsLong();
        while (true) {
            var state = state();
            if (wanted.contains(state)) {
                return state;
            }
            if (state == ServerState.STOPPED) {
                throw new ServerFault.Ended(cluster.dataDirectory(), exitStatus(), log().complaint());
            }
            var waited = Duration.ofNanos(machine.nanoTime().getAsLong() - start);
            if (waited.compareTo(atMost) >= 0) {
                throw new ServerFault.NotReady(cluster.dataDirectory(), atMost, log().complaint());
            }
            postmaster.awaitEnd(nextLook(waited));
        }
    }

    /** Asks it to stop, and waits until it has. Does nothing if it has ended already. */
    public void stop(StopMode mode, Duration atMost) throws InterruptedException {
        if (!postmaster.isAlive()) {
            return;
        }
        signal(mode.signal());
        if (!postmaster.awaitEnd(atMost)) {
            throw new ServerFault.StopTooSlow(cluster.dataDirectory(), mode, atMost);
        }
    }

    /**
     * Kills its postmaster and every process of it (SIGKILL) as a failing machine would, and returns when all are gone.
     * Only what {@link ServerProcesses} proves to be part of this server is killed.
     */
    public void killHard() throws InterruptedException {
        processes.kill(postmaster.handle());
        postmaster.awaitEnd(IMMEDIATE_AT_MOST);
    }

    /** The process ids of the server: the postmaster and all its children. */
    public List<Long> processes() {
        return processes.of(postmaster.handle())
                .stream()
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    /** Stops it if it is bound to us, and removes its run directory once it has stopped. An interrupt waits. */
    @Override
    public void close() {
        var interrupted = Thread.interrupted();
        try {
            if (run.lifetime() == Lifetime.BOUND) {
                interrupted |= stopAnyhow();
            }
            if (!isAlive() && run.directory().isOurs()) {
                run.directory().close();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A way to stop the server. */
    private interface Way {
        void go() throws InterruptedException;
    }

    /** @return whether an interrupt came while it stopped */
    private boolean stopAnyhow() {
        var interrupted = false;
        var failures = new ArrayList<ServerFault>();
        var everHarder = List.<Way>of(() -> stop(StopMode.FAST, FAST_AT_MOST),
                () -> stop(StopMode.IMMEDIATE, IMMEDIATE_AT_MOST), this::killHard);
        for (var way : everHarder) {
            try {
                if (isAlive()) {
                    way.go();
                }
            } catch (ServerFault e) {
                failures.add(e);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (isAlive() && !failures.isEmpty()) {
            throw failures.getLast();
        }
        return interrupted;
    }

    /** Sent by the account itself, so that the kernel refuses if the process is not one of its own. */
    private void signal(String signal) throws InterruptedException {
        var kill = List.of("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid()));
        var ended = new Command(machine, SIGNAL_AT_MOST).run(account.command(kill));
        if (!ended.succeeded() && isAlive()) {
            throw new ServerFault.SignalFailed(cluster.dataDirectory(), pid(), ended.complaint());
        }
    }

    private boolean acceptsConnections() {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(address().socketFile()))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Soon at first, then about twenty times in the time waited so far: a recovery of hours is not watched closely. */
    private static Duration nextLook(Duration waited) {
        var share = waited.dividedBy(LOOKS_PER_TIME_WAITED);
        if (share.compareTo(LOOK_EVERY_AT_MOST) > 0) {
            return LOOK_EVERY_AT_MOST;
        }
        return share.compareTo(LOOK_EVERY_AT_LEAST) < 0 ? LOOK_EVERY_AT_LEAST : share;
    }
}
