// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Scenarios {@code daily} and {@code daily-full}: a backup each day of data that changes in between, all kept. */
final class Days {

    static final String DAILY = "daily";
    static final String FULL = "daily-full";
    static final String STEP = "day";

    /** One peer, and what it takes from the second day on. */
    private record Entry(String scenario, Stage stage) {}

    private final Notebook notebook;
    private final Machine machine;
    private final Dataset data;

    Days(Notebook notebook, Stage.Parts parts, Dataset data) {
        this.notebook = notebook;
        this.machine = parts.machine();
        this.data = data;
    }

    /** Each stage of the two lists has a directory of its own, also where the peer is the same. */
    void run(List<Stage> cheapest, List<Stage> full, Server server, int days, Dataset.Day model) throws Exception {
        var entries = new ArrayList<Entry>();
        cheapest.forEach(stage -> entries.add(new Entry(DAILY, stage)));
        full.forEach(stage -> entries.add(new Entry(FULL, stage)));
        for (var entry : entries) {
            entry.stage().prepare();
        }
        var before = Pages.of(server.data().resolve("base"));
        for (var day = 0; day < days; day++) {
            if (day > 0) {
                server.execute(data.churn(new Dataset.Day(model.seed(), day, model.percent())), true);
            }
            server.execute(List.of("CHECKPOINT"), false);
            var now = Pages.of(server.data().resolve("base"));
            day(Turns.inOrder(entries, day), day, day == 0 ? 0 : now.changedSince(before), now.count());
            before = now;
        }
        for (var entry : entries) {
            entry.stage().clear();
        }
    }

    private void day(List<Entry> entries, int day, long changed, long pages) throws Exception {
        for (var entry : entries) {
            var stage = entry.stage();
            try {
                stage.server().archive(stage.say("archive"));
                machine.prepareCache(true, stage.server().data());
                var kind = day == 0 ? Turns.FIRST : entry.scenario().equals(FULL) ? "full" : Turns.AGAIN;
                var figures = stage.timed("backup", kind);
                figures.putAll(stage.repository());
                figures.put(Figure.SOURCE, Turns.source(stage.server()));
                figures.put(Figure.PAGES_CHANGED, (double) changed);
                figures.put(Figure.PAGES, (double) pages);
                notebook.note(
                        new Sample(entry.scenario(), data.label(), "warm", day, stage.peer().name(), STEP, figures));
            } catch (IllegalStateException | SQLException e) {
                notebook.failed(stage.peer().name(), entry.scenario() + " on " + data.label(), e);
            } finally {
                stage.server().archive("");
            }
        }
    }
}
