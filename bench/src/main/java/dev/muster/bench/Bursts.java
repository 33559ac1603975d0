// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * Scenario {@code wal}: the server writes WAL as fast as it can while a receiver takes it. Time ends when the receiver has
 * said that all of it is on its disk.
 */
final class Bursts {

    static final String NAME = "wal";
    static final String STEP = "burst";
    /** The server alone: nobody can be faster. */
    static final String NOBODY = "no receiver";

    private static final Duration WAIT_MAX = Duration.ofMinutes(10);
    private static final String RECEIVERS =
            "SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming' AND flush_lsn IS NOT NULL";

    /**
     * An asynchronous receiver keeps the segment before until a new one holds 1 MiB: had the burst ended earlier in its
     * segment, it would never be told to be flushed.
     */
    private static final String COMPARABLE =
            "SELECT (pg_walfile_name_offset(pg_current_wal_flush_lsn())).file_offset > 1048576";

    private final Notebook notebook;
    private final Meter meter;
    private final Wait wait;
    private final Dataset data;

    Bursts(Notebook notebook, Stage.Parts parts, Dataset data) {
        this.notebook = notebook;
        this.meter = parts.meter();
        this.wait = meter.waiting();
        this.data = data;
    }

    void run(List<Stage> stages, Server server, int rounds, long bytes) throws Exception {
        for (var round = 0; round < rounds; round++) {
            note(round, NOBODY, burst(server, bytes, () -> true));
            for (var stage : Turns.inOrder(stages, round)) {
                try {
                    note(round, stage.peer().name(), received(stage, bytes));
                } catch (IllegalStateException | SQLException e) {
                    notebook.failed(stage.peer().name(), NAME + " on " + data.label(), e);
                } finally {
                    stage.clear();
                }
            }
        }
    }

    private void note(int round, String peer, Map<String, Double> figures) {
        notebook.note(new Sample(NAME, data.label(), "warm", round, peer, STEP, figures));
    }

    private Map<String, Double> received(Stage stage, long bytes) throws Exception {
        stage.prepare();
        var started = new ArrayBlockingQueue<Process>(1);
        try (var scope = Scope.open("receiver", 1)) {
            var receiver = scope.submit(() -> stage.timed(started::add, "stream"));
            var process = started.take();
            expect("a receiver", stage.server(), RECEIVERS, process::isAlive);
            var figures = burst(stage.server(), bytes, process::isAlive);
            var told = meter.now();
            process.children().forEach(ProcessHandle::destroy);
            var whole = receiver.await();
            figures.put(Figure.ENDED, figures.getOrDefault(Figure.SECONDS, 0.0) + meter.secondsSince(told));
            whole.forEach(figures::putIfAbsent);
            figures.putAll(stage.repository());
            return figures;
        }
    }

    private Map<String, Double> burst(Server server, long bytes, BooleanSupplier received) throws Exception {
        server.execute(List.of("DROP TABLE IF EXISTS burst", "CHECKPOINT"), false);
        Machine.sync(server.data());
        var from = server.ask("SELECT pg_current_wal_insert_lsn()");
        var written = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '" + from + "')::bigint";
        var begun = meter.now();
        server.execute(List.of("CREATE TABLE burst AS SELECT * FROM " + data.table()), false);
        while (Long.parseLong(server.ask(written)) < bytes) {
            server.execute(List.of("INSERT INTO burst SELECT * FROM " + data.table()), false);
        }
        while (server.ask(COMPARABLE).equals("f")) {
            server.execute(List.of("SELECT pg_logical_emit_message(true, 'bench', repeat('.', 1048576))"), false);
        }
        var to = server.ask("SELECT pg_current_wal_flush_lsn()");
        expect("all of it", server, "SELECT count(*) = 0 FROM pg_stat_replication WHERE flush_lsn < '" + to + "'",
                received);
        var figures = new LinkedHashMap<String, Double>();
        figures.put(Figure.SECONDS, meter.secondsSince(begun));
        figures.put(Figure.WAL, Double.valueOf(server.ask("SELECT pg_wal_lsn_diff('" + to + "', '" + from + "')")));
        server.execute(List.of("DROP TABLE burst", "CHECKPOINT"), false);
        return figures;
    }

    private void expect(String what, Server server, String sql, BooleanSupplier alive)
            throws SQLException, InterruptedException {
        var held = wait.<SQLException>until(() -> !alive.getAsBoolean() || server.ask(sql).equals("t"), WAIT_MAX);
        if (!held || !alive.getAsBoolean()) {
            throw new IllegalStateException(
                    "waited for " + what + " in vain: " + (held ? "it ended" : WAIT_MAX.toString()));
        }
    }
}
