// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Results as Markdown: what was measured on what, then a table for each scenario, kind of data and state of the cache.
 *
 * @param results of one machine
 * @param date of the run, as it was given
 */
record Report(Results results, String date) {

    static final String OURS = "muster";
    static final String FLOOR = "cp";

    private static final double MEGA = 1e6;
    private static final int ROUNDS_WANTED = 10;
    private static final double NOISE_WANTED_MAX = 0.3;

    String text() {
        var parts = new ArrayList<String>();
        parts.add("Measured " + date + ".");
        parts.add(String.join("\n", results.facts().stream().map(fact -> "- " + fact.replace("|", "\\|")).toList()));
        for (var data : results.each(Sample::data)) {
            for (var cache : results.each(Sample::cache)) {
                var here = results.only(sample -> sample.data().equals(data) && sample.cache().equals(cache));
                tables(here, data + ", " + cache + " cache").forEach(parts::add);
            }
        }
        return String.join("\n\n", parts) + "\n";
    }

    private static List<String> tables(Results here, String where) {
        var tables = new ArrayList<String>();
        add(tables, "First backup: " + where, step(here, Turns.NAME, Turns.FIRST), Report::first);
        add(tables, "The same again, nothing changed: " + where, step(here, Turns.NAME, Turns.AGAIN),
                again -> again(again, step(here, Turns.NAME, Turns.FIRST)));
        add(tables, "Restore: " + where, step(here, Turns.NAME, Turns.RESTORE), Report::restore);
        add(tables, "Requests to an S3 server: " + where, here.only(sample -> sample.scenario().equals(Requests.NAME)),
                Report::requests);
        add(tables, "A backup a day: " + where, here.only(sample -> sample.step().equals(Days.STEP)), Report::days);
        add(tables, "A burst of WAL: " + where, step(here, Bursts.NAME, Bursts.STEP), Report::bursts);
        return tables;
    }

    private interface Table {
        Grid of(Results results);
    }

    private static void add(List<String> tables, String title, Results results, Table table) {
        if (!results.samples().isEmpty()) {
            tables.add("### " + title + "\n\n" + table.of(results).text() + caveat(results));
        }
    }

    /** What the figures cannot carry, said beside them. */
    private static String caveat(Results results) {
        var rounds = results.each(sample -> Integer.toString(sample.round())).size();
        var noise = results.each(Sample::peer).stream().map(peer -> peer(results, peer).figures(Figure.SECONDS))
                .filter(seconds -> !seconds.isEmpty()).mapToDouble(seconds -> Spread.of(seconds).noise()).max()
                .orElse(0);
        var days = results.samples().getFirst().step().equals(Days.STEP);
        return days || results.samples().getFirst().scenario().equals(Requests.NAME) || rounds >= ROUNDS_WANTED
                || (noise <= NOISE_WANTED_MAX && rounds > 1)
                        ? ""
                        : "\nOnly " + rounds + " round" + (rounds == 1 ? "" : "s") + ": trust no difference here.\n";
    }

    private static Grid first(Results here) {
        var grid = new Grid("", "seconds", "times " + OURS + "'s", "processor s: itself + server", "peak MB",
                "source MB/s", "repository MB", "objects");
        for (var peer : here.each(Sample::peer)) {
            var own = peer(here, peer);
            grid.row(peer, spread(own, Figure.SECONDS), ratio(own, here, OURS), processor(own),
                    mega(own, Figure.PEAK, 0),
                    rate(own, Figure.SOURCE), mega(own, Figure.REPOSITORY, 1), whole(own, Figure.OBJECTS));
        }
        return grid;
    }

    private static Grid again(Results here, Results first) {
        var grid = new Grid("", "seconds", "of its own first", "times " + OURS + "'s", "processor s: itself + server",
                "read MB: itself + server", "of source MB", "added MB");
        for (var peer : here.each(Sample::peer)) {
            var own = peer(here, peer);
            var before = peer(first, peer);
            grid.row(peer, spread(own, Figure.SECONDS), ratio(Pairs.ratio(own, before, Figure.SECONDS)),
                    ratio(own, here, OURS), processor(own),
                    mega(own, Figure.READ, 0) + " + " + mega(own, Figure.SERVER_READ, 0), mega(own, Figure.SOURCE, 0),
                    decimals((median(own, Figure.REPOSITORY) - median(before, Figure.REPOSITORY)) / MEGA, 1));
        }
        return grid;
    }

    private static Grid restore(Results here) {
        var grid = new Grid("", "the files, s", "times " + OURS + "'s", "times " + FLOOR + "'s",
                "whole command and sync, s",
                "until a server answers, s", "times " + OURS + "'s", "processor s", "peak MB");
        for (var peer : here.each(Sample::peer)) {
            var own = peer(here, peer);
            grid.row(peer, spread(own, Figure.FILES), ratio(Pairs.ratio(own, peer(here, OURS), Figure.FILES)),
                    ratio(Pairs.ratio(own, peer(here, FLOOR), Figure.FILES)), spread(own, Figure.SECONDS),
                    spread(own, Figure.ANSWER), ratio(Pairs.ratio(own, peer(here, OURS), Figure.ANSWER)),
                    spread(own, Figure.CPU), mega(own, Figure.PEAK, 0));
        }
        return grid;
    }

    private static Grid days(Results here) {
        var grid =
                new Grid("", "first day: s", "MB", "later days: s", "MB a day", "all days: MB", "times " + OURS + "'s",
                        "pages changed a day");
        var oursLast = last(peer(here, OURS), Figure.REPOSITORY);
        for (var scenario : here.each(Sample::scenario)) {
            var those = here.only(sample -> sample.scenario().equals(scenario));
            for (var peer : those.each(Sample::peer)) {
                var own = peer(those, peer);
                var first = own.only(sample -> sample.round() == 0);
                var later = own.only(sample -> sample.round() > 0);
                var days = later.samples().size();
                grid.row(scenario.equals(Days.FULL) ? peer + ", full each day" : peer, spread(first, Figure.SECONDS),
                        mega(first, Figure.REPOSITORY, 1), spread(later, Figure.SECONDS),
                        decimals((last(own, Figure.REPOSITORY) - median(first, Figure.REPOSITORY)) / days / MEGA, 1),
                        decimals(last(own, Figure.REPOSITORY) / MEGA, 1),
                        decimals(last(own, Figure.REPOSITORY) / oursLast, 2),
                        decimals(100 * median(later, Figure.PAGES_CHANGED) / median(later, Figure.PAGES), 1) + " %");
            }
        }
        return grid;
    }

    private static Grid bursts(Results here) {
        var grid = new Grid("", "MB/s of WAL until it is flushed", "times " + OURS + "'s seconds",
                "until stored and ended, s",
                "processor s: itself", "peak MB", "kept MB");
        for (var peer : here.each(Sample::peer)) {
            var own = peer(here, peer);
            grid.row(peer, rate(own, Figure.WAL), ratio(own, here, OURS), spread(own, Figure.ENDED),
                    spread(own, Figure.CPU), mega(own, Figure.PEAK, 0), mega(own, Figure.REPOSITORY, 1));
        }
        return grid;
    }

    private static Grid requests(Results here) {
        var grid = new Grid("", "", "put", "get", "list", "head", "delete", "MB sent", "MB received", "of source MB");
        for (var sample : here.samples()) {
            var own = here.only(sample::equals);
            grid.row(sample.peer(), sample.step(), asked(own, "put"), asked(own, "get"), asked(own, "list"),
                    asked(own, "head"), asked(own, "delete"), mega(own, "sent_bytes", 1),
                    mega(own, "received_bytes", 1),
                    mega(own, Figure.SOURCE, 0));
        }
        return grid;
    }

    private static String asked(Results own, String kind) {
        return whole(own, kind + "_requests");
    }

    private static Results step(Results results, String scenario, String step) {
        return results.only(sample -> sample.scenario().equals(scenario) && sample.step().equals(step));
    }

    private static Results peer(Results results, String peer) {
        return results.only(sample -> sample.peer().equals(peer));
    }

    private static String ratio(Results own, Results here, String other) {
        return ratio(Pairs.ratio(own, peer(here, other), Figure.SECONDS));
    }

    private static String ratio(Optional<Spread> ratio) {
        return ratio.map(spread -> spread.text(2)).orElse(Grid.NOTHING);
    }

    private static String spread(Results own, String figure) {
        var values = own.figures(figure);
        return values.isEmpty() ? Grid.NOTHING : Spread.of(values).text(2);
    }

    private static String processor(Results own) {
        return decimals(median(own, Figure.CPU), 2) + " + " + decimals(median(own, Figure.SERVER_CPU), 2);
    }

    private static String rate(Results own, String bytes) {
        var rates = own.samples().stream().flatMap(sample -> sample.figure(bytes)
                .flatMap(amount -> sample.figure(Figure.SECONDS).map(seconds -> amount / MEGA / seconds)).stream())
                .toList();
        return rates.isEmpty() ? Grid.NOTHING : Spread.of(rates).text(0);
    }

    private static String mega(Results own, String figure, int decimals) {
        return decimals(median(own, figure) / MEGA, decimals);
    }

    private static String whole(Results own, String figure) {
        return decimals(median(own, figure), 0);
    }

    /** Not a number where nothing was measured. */
    private static double median(Results own, String figure) {
        var values = own.figures(figure);
        return values.isEmpty() ? Double.NaN : Spread.of(values).median();
    }

    private static double last(Results own, String figure) {
        var values = own.figures(figure);
        return values.isEmpty() ? Double.NaN : values.getLast();
    }

    private static String decimals(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : Grid.NOTHING;
    }
}
