// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/** Commits one transaction after the other into the table t, each of which may wait for a standby. */
final class Commits implements AutoCloseable {

    private static final int PAUSE_MILLIS = 20;
    private static final int COMMITS_A_SEGMENT = 40;
    private static final String INSERT =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 50) n";

    private final CountDownLatch enough = new CountDownLatch(1);
    private final Connection connection;
    private final Thread thread;
    private volatile Lsn released = Lsn.ZERO;
    private volatile @Nullable String failure;

    private Commits(Connection connection) {
        this.connection = connection;
        this.thread = Thread.ofPlatform().name("commits").start(this::run);
    }

    static Commits start(TestServer server) throws SQLException {
        return new Commits(server.connect());
    }

    private void run() {
        try (var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var count = 1; !enough.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); count++) {
                commit(statement);
                if (count % COMMITS_A_SEGMENT == 0) {
                    statement.execute("select pg_switch_wal()");
                    connection.commit();
                }
            }
        } catch (SQLException e) {
            failure = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void commit(Statement statement) throws SQLException {
        statement.execute(INSERT);
        try (var rows = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
            rows.next();
            var written = Lsn.parse(rows.getString(1));
            connection.commit();
            released = written;
        }
    }

    /** Nothing before this may be lost: a commit after it was released. */
    Lsn released() {
        return released;
    }

    void assertReleased() {
        assertThat(failure).isNull();
        assertThat(released).as("commits were released").isNotEqualTo(Lsn.ZERO);
    }

    /** Breaks off a commit that waits. */
    @Override
    public void close() throws SQLException {
        enough.countDown();
        connection.abort(Runnable::run);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
