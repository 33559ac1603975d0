// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Starts a server on a cluster. */
public final class StartServer {

    private static final int PORTS_TRIED_MAX = 20;
    private static final int PORT_OF_SOCKET_ONLY = 5432;
    private static final Duration LAUNCHED_AT_MOST = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(2);

    private final Machine machine;
    private final OsAccount account;
    private final IntSupplier freePort;

    public StartServer(Machine machine, OsAccount account) {
        this(machine, account, StartServer::freePort);
    }

    /** @param freePort a port that is free now; whether it still is when the server binds it, the server says */
    StartServer(Machine machine, OsAccount account, IntSupplier freePort) {
        this.machine = machine;
        this.account = account;
        this.freePort = freePort;
    }

    /**
     * Starts it and returns as soon as the server holds its data directory and its sockets, which is before it accepts
     * connections: see {@link RunningServer#awaitReady}. If we are root, data that belongs to root is given to the
     * account first.
     */
    public RunningServer start(Installation installation, Cluster cluster, StartOptions options)
            throws InterruptedException {
        check(installation, cluster, options);
        for (var tried = 1;; tried++) {
            try {
                return launch(installation, cluster, options);
            } catch (ServerFault.PortTaken e) {
                if (!(options.listen() instanceof Listen.AnyPort) || tried == PORTS_TRIED_MAX) {
                    throw e;
                }
            }
        }
    }

    private void check(Installation installation, Cluster cluster, StartOptions options) throws InterruptedException {
        var directory = cluster.dataDirectory();
        if (installation.version().major() != cluster.major()) {
            throw new ServerFault.VersionMismatch(directory, cluster.major(), installation.version().text());
        }
        var elsewhere = options.settings().values().containsKey("config_file");
        if (!elsewhere && !Files.exists(directory.resolve("postgresql.conf"))) {
            throw new ServerFault.ConfigurationMissing(directory);
        }
        var owner = OsAccounts.owner(directory);
        if (owner == 0 && !account.isOurs()) {
            account.own(directory);
        } else if (owner != account.uid()) {
            throw new ServerFault.DataOwnedByAnother(directory, owner, account.name());
        }
        account.requireWayTo(directory, machine);
    }

    private RunningServer launch(Installation installation, Cluster cluster, StartOptions options)
            throws InterruptedException {
        var run = PrivateDirectory.create(machine, account);
        try {
            var log = log(run, options);
            var command = commandLine(installation, cluster, options, run);
            var before = PidFile.read(cluster.dataDirectory());
            var child = spawn(command, log, options);
            try {
                var identity = awaitLaunch(child, before, cluster, log);
                var postmaster = new Postmaster(process(child, identity.pid()).orElseThrow(), child);
                if (options.lifetime() == Lifetime.BOUND) {
                    Lifeline.tie(postmaster, cluster.dataDirectory(), account, machine);
                }
                return new RunningServer(machine, account, cluster, postmaster, identity,
                        new RunningServer.Run(run, log, options.lifetime()));
            } catch (RuntimeException | InterruptedException e) {
                abandon(child);
                throw e;
            }
        } catch (RuntimeException | InterruptedException e) {
            run.close();
            throw e;
        }
    }

    private static ServerLog log(PrivateDirectory run, StartOptions options) {
        var file = options.log().orElseGet(() -> run.write(PrivateDirectory.LOG, "")).toAbsolutePath();
        return FileWork.on(file, "create", () -> {
            if (!Files.exists(file)) {
                Files.createFile(file, FileWork.OURS_ALONE);
            }
            return new ServerLog(file, Files.size(file));
        });
    }

    private List<String> commandLine(Installation installation, Cluster cluster, StartOptions options,
            PrivateDirectory run) throws InterruptedException {
        var settings = options.settings().with(ours(options.listen(), run));
        if (options.accessRules().isPresent()) {
            settings = settings.with("hba_file",
                    run.write(PrivateDirectory.ACCESS_RULES, options.accessRules().get()).toString());
        }
        var postgres = new ArrayList<>(
                List.of(installation.program("postgres").toString(), "-D", cluster.dataDirectory().toString()));
        postgres.addAll(settings.asArguments());
        var command = new ArrayList<>(Detached.prefix(machine));
        command.addAll(options.network().prefix(machine, account));
        command.addAll(account.command(postgres));
        return command;
    }

    /** What must be so for us to find the server, its log and its state, whatever its configuration says. */
    private Settings ours(Listen listen, PrivateDirectory run) {
        return Settings.none()
                .with("unix_socket_directories", run.path().toString())
                .with("unix_socket_permissions", "0700")
                .with("listen_addresses", listen instanceof Listen.SocketOnly ? "" : ServerAddress.TCP_HOST)
                .with("port", Integer.toString(port(listen)))
                .with("logging_collector", "off")
                .with("log_destination", "stderr")
                .with("log_line_prefix", LogLine.PREFIX)
                .with("log_timezone", "GMT")
                .with("lc_messages", "C");
    }

    private int port(Listen listen) {
        return switch (listen) {
            case Listen.SocketOnly _ -> PORT_OF_SOCKET_ONLY;
            case Listen.FixedPort fixed -> fixed.port();
            case Listen.AnyPort _ -> freePort.getAsInt();
        };
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(ServerAddress.TCP_HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ServerFault.PortTaken("any port of " + ServerAddress.TCP_HOST, e.toString());
        }
    }

    private Process spawn(List<String> command, ServerLog log, StartOptions options) {
        var builder = new ProcessBuilder(command).directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
                .redirectErrorStream(true);
        Command.cleanEnvironment(builder, machine);
        builder.environment().putAll(options.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ServerFault.ProgramUnusable(command.getFirst(), e);
        }
    }

    /** Waits for the status line: it is written when the data directory is locked and all sockets are open. */
    private PidFile awaitLaunch(Process child, Optional<PidFile> before, Cluster cluster, ServerLog log)
            throws InterruptedException {
        var start = machine.nanoTime().getAsLong();
        while (!child.waitFor(LOOK_EVERY)) {
            var now = PidFile.read(cluster.dataDirectory())
                    .filter(file -> !file.status().isEmpty())
                    .filter(file -> before.isEmpty() || !file.isSameRunAs(before.get()))
                    .filter(file -> process(child, file.pid()).isPresent());
            if (now.isPresent()) {
                return now.get();
            }
            if (machine.nanoTime().getAsLong() - start > LAUNCHED_AT_MOST.toNanos()) {
                throw new ServerFault.NotReady(cluster.dataDirectory(), LAUNCHED_AT_MOST, log.complaint());
            }
        }
        throw failure(child.exitValue(), cluster, log);
    }

    /** The process of this number, if it is our child or descends from it. */
    private static Optional<ProcessHandle> process(Process child, long pid) {
        return child.pid() == pid
                ? Optional.of(child.toHandle())
                : child.descendants().filter(handle -> handle.pid() == pid).findFirst();
    }

    private static ServerFault failure(int exitStatus, Cluster cluster, ServerLog log) {
        var directory = cluster.dataDirectory();
        if (log.contains("Address already in use") || log.contains("could not create any TCP/IP sockets")) {
            return new ServerFault.PortTaken(directory.toString(), log.complaint());
        }
        if (log.contains("lock file \"postmaster.pid\" already exists")) {
            return new ServerFault.AlreadyRunning(directory, log.complaint());
        }
        if (log.contains("contains errors")) {
            return new ServerFault.ConfigurationRefused(directory, log.complaint());
        }
        return new ServerFault.StartFailed(directory, exitStatus, log.complaint());
    }

    private static void abandon(Process child) {
        child.descendants().forEach(ProcessHandle::destroyForcibly);
        child.destroyForcibly();
    }
}
