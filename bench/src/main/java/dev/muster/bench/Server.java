// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL of this machine on one data directory, with checksums, fsync and full_page_writes on; autovacuum is off, so
 * that between two measurements nothing changes that was not meant to.
 */
final class Server implements AutoCloseable {

    static final String USER = "bench";

    private static final String SETTINGS = """
            archive_mode = on
            archive_command = '/bin/true'
            autovacuum = off
            listen_addresses = '127.0.0.1'
            max_wal_size = 8GB
            shared_buffers = 256MB
            wal_level = replica
            """;

    private final Machine machine;
    private final Path bin;
    private final Path data;
    private final Path sockets;
    private final int port;

    private Server(Machine machine, Path bin, Path data, Path sockets) {
        this.machine = machine;
        this.bin = bin;
        this.data = data;
        this.sockets = sockets;
        this.port = freePort();
    }

    /** Makes a cluster below a directory of the machine's user and starts a server on it. */
    static Server create(Machine machine, Path bin, Path directory) throws InterruptedException {
        var server = new Server(machine, bin, directory.resolve("data"), directory);
        machine.run(Map.of(), bin.resolve("initdb").toString(), "-k", "-A", "trust", "-U", USER, "--locale=C.UTF-8",
                "-D", server.data.toString());
        machine.run(Map.of("SETTINGS", SETTINGS), "bash", "-c", "echo \"$SETTINGS\" >>\"$0/postgresql.conf\"",
                server.data.toString());
        server.start("");
        return server;
    }

    /** Starts a server on a directory that was restored; returns once it answers. */
    static Server restored(Server like, Path data) throws InterruptedException {
        var server = new Server(like.machine, like.bin, data, like.sockets);
        server.start(" -c archive_mode=off");
        return server;
    }

    private void start(String options) throws InterruptedException {
        machine.run(Map.of(), bin.resolve("pg_ctl").toString(), "-D", data.toString(), "-w", "-t", "600", "-s", "-l",
                data.resolveSibling(data.getFileName() + ".log").toString(), "-o",
                "-p " + port + " -c unix_socket_directories=" + sockets + options, "start");
    }

    Path data() {
        return data;
    }

    Path bin() {
        return bin;
    }

    Path sockets() {
        return sockets;
    }

    int port() {
        return port;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER
                + "&sslmode=disable&gssEncMode=disable");
    }

    String ask(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    void execute(List<String> statements, boolean together) throws SQLException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            connection.setAutoCommit(!together);
            for (var sql : statements) {
                statement.execute(sql);
            }
            if (together) {
                connection.commit();
            }
        }
    }

    /** Sets the command that archives WAL; an empty one keeps nothing. */
    void archive(String command) throws SQLException {
        var text = command.isBlank() ? "/bin/true" : command.strip();
        execute(List.of("ALTER SYSTEM SET archive_command = '" + text.replace("'", "''") + "'",
                "SELECT pg_reload_conf()"),
                false);
    }

    /** What its processes used since it started. */
    Usage usage() {
        var postmaster = Machine.read(data.resolve("postmaster.pid")).lines().findFirst().orElseThrow();
        return new ProcessTree(Path.of("/proc"), Long.parseLong(postmaster.strip())).usage();
    }

    @Override
    public void close() {
        try {
            machine.run(Map.of(), bin.resolve("pg_ctl").toString(), "-D", data.toString(), "-w", "-s", "-m",
                    "immediate",
                    "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
