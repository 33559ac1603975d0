// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.CreateCluster;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.StartServer;
import dev.muster.system.ConnectionText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Objects;

/** A server of the clinic: the one that is struck, or one that was recovered. */
final class ClinicServer implements AutoCloseable {

    static final String SUPERUSER = "postgres";

    private static final int PASSWORD_BYTES = 16;
    private static final Duration READY_AT_MOST = Duration.ofMinutes(2);

    private final RunningServer server;
    private final String password;

    private ClinicServer(RunningServer server, String password) {
        this.server = server;
        this.password = password;
    }

    /** Makes a cluster as anybody would, with fsync and full_page_writes on, and starts a server on it. */
    static ClinicServer create(DemoParts parts, Path data) throws InterruptedException {
        var room = parts.servers().room();
        var password = new byte[PASSWORD_BYTES];
        parts.time().random().nextBytes(password);
        var secret = HexFormat.of().formatHex(password);
        var cluster = new CreateCluster(room.machine(), room.account()).create(parts.servers().installation(),
                data, ClusterOptions.defaults(new Authentication.Password(secret, false)).with(settings()));
        return start(parts, cluster, secret);
    }

    /** A server that runs already, with this password of its superuser. */
    static ClinicServer of(RunningServer server, String password) {
        return new ClinicServer(server, password);
    }

    private static ClinicServer start(DemoParts parts, Cluster cluster, String password) throws InterruptedException {
        var room = parts.servers().room();
        var server = new StartServer(room.machine(), room.account()).start(parts.servers().installation(), cluster,
                StartOptions.defaults().with(new Listen.AnyPort()));
        try {
            server.awaitReady(READY_AT_MOST);
            return new ClinicServer(server, password);
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static Settings settings() {
        return Settings.none().with("shared_buffers", "128MB").with("max_wal_size", "2GB");
    }

    String password() {
        return password;
    }

    RunningServer server() {
        return server;
    }

    /** For pgjdbc. */
    String jdbcUrl() {
        return "jdbc:postgresql://" + ServerAddress.TCP_HOST + ":" + server.address().port() + "/postgres?user="
                + SUPERUSER + "&password=" + password + "&sslmode=disable&gssEncMode=disable";
    }

    /** For everything that takes what libpq takes. */
    ConnectionText connectionText() {
        return new ConnectionText("postgresql://" + SUPERUSER + ":" + password + "@" + ServerAddress.TCP_HOST + ":"
                + server.address().port() + "/postgres?sslmode=disable");
    }

    /** For people, without the password. */
    String psql() {
        return "psql -h " + ServerAddress.TCP_HOST + " -p " + server.address().port() + " -U " + SUPERUSER
                + " postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** Where its log ends now, flushed. */
    Lsn flushed() throws SQLException {
        return Lsn.parse(value("SELECT pg_current_wal_flush_lsn()::text", String.class));
    }

    /** Its clock. */
    Instant now() throws SQLException {
        return value("SELECT clock_timestamp()", OffsetDateTime.class).toInstant();
    }

    /** Changes a setting that needs no restart. */
    void set(String name, String value) throws SQLException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET " + name + " = '" + value + "'");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    <T> T value(String sql, Class<T> type) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return Objects.requireNonNull(row.getObject(1, type), sql);
        }
    }

    /** Kills it as a failing machine would. */
    void kill() throws InterruptedException {
        server.killHard();
    }

    @Override
    public void close() {
        server.close();
    }
}
