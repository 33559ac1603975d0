// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scenario {@code turn}: a first backup, the same again with nothing changed, a restore; each peer in turn, round after round. */
final class Turns {

    static final String NAME = "turn";
    static final String FIRST = "first";
    static final String AGAIN = "again";
    static final String RESTORE = "restore";

    private final Notebook notebook;
    private final Meter meter;
    private final Machine machine;
    private final Dataset data;

    Turns(Notebook notebook, Stage.Parts parts, Dataset data) {
        this.notebook = notebook;
        this.meter = parts.meter();
        this.machine = parts.machine();
        this.data = data;
    }

    void run(List<Stage> stages, String cache, int rounds) throws Exception {
        for (var round = 0; round < rounds; round++) {
            for (var stage : inOrder(stages, round)) {
                try {
                    turn(stage, cache, round);
                } catch (IllegalStateException | SQLException e) {
                    notebook.failed(stage.peer().name(), NAME + " on " + data.label(), e);
                } finally {
                    stage.clear();
                }
            }
        }
    }

    /** Who began the last round ends this one. */
    static <T> List<T> inOrder(List<T> all, int round) {
        var order = new ArrayList<>(all);
        Collections.rotate(order, -round);
        return order;
    }

    private void turn(Stage stage, String cache, int round) throws Exception {
        stage.prepare();
        if (!stage.can("backup")) {
            return;
        }
        for (var kind : List.of(FIRST, AGAIN)) {
            stage.server().execute(List.of("CHECKPOINT"), false);
            machine.prepareCache(cache.equals("warm"), stage.server().data());
            var figures = stage.timed("backup", kind);
            figures.putAll(stage.repository());
            figures.put(Figure.SOURCE, source(stage.server()));
            notebook.note(new Sample(NAME, data.label(), cache, round, stage.peer().name(), kind, figures));
        }
        machine.prepareCache(cache.equals("warm"), Path.of(stage.say("repository")));
        var figures = stage.timed(RESTORE);
        var whole = figures.getOrDefault(Figure.SECONDS, 0.0);
        figures.put(Figure.FILES, figures.getOrDefault(Figure.COPYING, whole));
        if (stage.can("serve")) {
            figures.putAll(serve(stage, whole));
        }
        notebook.note(new Sample(NAME, data.label(), cache, round, stage.peer().name(), RESTORE, figures));
    }

    /** What counts is a server that answers, and answers as the source does. */
    private Map<String, Double> serve(Stage stage, double restored) throws Exception {
        var begun = meter.now();
        try (var server = Server.restored(stage.server(), stage.target())) {
            server.ask("SELECT 1");
            var figures = new LinkedHashMap<>(Map.of(Figure.ANSWER, restored + meter.secondsSince(begun)));
            var found = server.ask(data.fingerprint());
            var wanted = stage.server().ask(data.fingerprint());
            if (!found.equals(wanted)) {
                throw new IllegalStateException("restored " + found + " instead of " + wanted);
            }
            return figures;
        }
    }

    static double source(Server server) {
        return Machine.bytesAndFiles(server.data())[0]
                - (double) Machine.bytesAndFiles(server.data().resolve("pg_wal"))[0];
    }
}
