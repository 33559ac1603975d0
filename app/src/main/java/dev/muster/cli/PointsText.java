// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.restore.Forecast;
import dev.muster.postgres.restore.Pace;
import dev.muster.system.RecoveryPoints;
import dev.muster.system.RecoveryPoints.Gap;
import dev.muster.system.RecoveryPoints.Point;
import dev.muster.system.RecoveryPoints.Window;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a system can be taken back to, for people and for machines.
 *
 * @param pace by which it is forecast how long that takes
 */
record PointsText(String system, RecoveryPoints points, Pace pace) {

    private static final int HISTORY_CHARS = 8;

    /** The document of {@code --json}: what is not known is null. */
    record Document(String system, List<SnapshotRow> snapshots, List<WindowRow> windows, List<GapRow> gaps,
            List<String> notes) {}

    /** A snapshot. */
    record SnapshotRow(String id, Instant taken, Instant consistentAt, long bytes, long files, int version,
            boolean fromStandby, String cluster, long timeline, String startLsn, String stopLsn, boolean restorable,
            long badPages, @Nullable String reason, Map<String, String> tags, Forecast.Document forecast) {

        static SnapshotRow of(Point point, Pace pace) {
            var facts = point.snapshot().facts();
            return new SnapshotRow(point.snapshot().id(), point.snapshot().taken(), facts.consistentAt(),
                    point.snapshot().size().bytes(), point.snapshot().size().files(), facts.serverVersion(),
                    facts.data().fromStandby(), facts.system().toString(), facts.timeline().number(),
                    facts.start().toString(), facts.stop().toString(), point.restorable(), facts.data().badPages(),
                    point.tags().get("reason"), point.tags(),
                    point.snapshot().forecast(pace, facts.stop()).document());
        }
    }

    /** A window of moments. */
    record WindowRow(long timeline, String history, @Nullable Instant from, @Nullable Instant to, boolean toIsExact,
            boolean snapshotAlone, String fromLsn, String toLsn, List<String> snapshots, Forecast.Document forecast) {

        static WindowRow of(Window window, Pace pace) {
            var span = window.span();
            return new WindowRow(span.history().timeline().number(), span.history().incarnation().hex(),
                    span.startTime().orElse(null), window.to().orElse(null), span.endTime().isPresent(),
                    window.isSnapshotAlone(), span.start().toString(), span.end().toString(),
                    span.points().stream().map(point -> point.id()).toList(), span.forecast(pace).document());
        }
    }

    /** WAL that is missing. */
    record GapRow(long timeline, String fromLsn, String toLsn, @Nullable Instant from, @Nullable Instant to) {

        static GapRow of(Gap gap) {
            return new GapRow(gap.timeline().number(), gap.from().toString(), gap.to().toString(),
                    gap.fromTime().orElse(null), gap.toTime().orElse(null));
        }
    }

    Document document() {
        return new Document(system, points.snapshots().stream().map(point -> SnapshotRow.of(point, pace)).toList(),
                points.windows().stream().map(window -> WindowRow.of(window, pace)).toList(),
                points.gaps().stream().map(GapRow::of).toList(), points.notes());
    }

    void print(PrintWriter out) {
        if (points.snapshots().isEmpty()) {
            out.println("No snapshot of " + system + " is in the repository: NOTHING CAN BE RESTORED.");
            out.println("Take one: muster backup " + system);
        } else {
            snapshots(out);
            windows(out);
            gaps(out);
            forecast(out);
        }
        points.notes().forEach(note -> out.println("Note: " + note));
        out.flush();
    }

    private void snapshots(PrintWriter out) {
        var table = new Table("snapshot", "taken", "size", "copying", "server", "timeline", "LSN", "tags");
        for (var point : points.snapshots()) {
            var snapshot = point.snapshot();
            var facts = snapshot.facts();
            table.row(snapshot.shortId(), Figures.moment(snapshot.taken()), Figures.bytes(snapshot.size().bytes()),
                    snapshot.forecast(pace, facts.stop()).copy().text(),
                    facts.major() + (facts.data().fromStandby() ? " standby" : ""), facts.timeline(), facts.stop(),
                    remarks(point));
        }
        out.print(table);
    }

    private static String remarks(Point point) {
        var bad = point.snapshot().facts().data().badPages();
        return (point.restorable() ? "" : "CANNOT BE RESTORED: its WAL is not there  ")
                + (bad == 0 ? "" : Figures.count(bad) + " BAD PAGES  ") + Figures.tags(point.tags());
    }

    private void windows(PrintWriter out) {
        out.println();
        out.println("Every moment in these windows can be restored (times by the primary's clock):");
        var table = new Table("from", "to", "timeline", "history", "WAL from", "WAL to", "snapshots",
                "to replay", "replaying", "in all");
        for (var window : points.windows()) {
            var span = window.span();
            var edges = Edges.of(window);
            var forecast = span.forecast(pace);
            table.row(edges.from().orElse("not known"), edges.snapshotAlone()
                    ? "the snapshot alone"
                    : edges.to().orElse("not known"), span.history().timeline(),
                    span.history().incarnation().hex().substring(0, HISTORY_CHARS), span.start(), span.end(),
                    span.points().size(), Figures.bytes(forecast.replay().bytes()), forecast.replay().text(),
                    forecast.text());
        }
        out.print(table);
        points.newest().ifPresent(newest -> {
            out.println();
            out.println("Plan a restore: muster restore " + system + " --to latest --into DIRECTORY --plan");
        });
    }

    private void gaps(PrintWriter out) {
        if (points.gaps().isEmpty()) {
            return;
        }
        out.println();
        out.println("Gaps: of these the repository has no WAL, and no moment in them can be restored.");
        var table = new Table("from", "to", "timeline", "WAL from", "WAL to");
        points.gaps().forEach(gap -> table.row(moment(gap.fromTime()), moment(gap.toTime()), gap.timeline(),
                gap.from(), gap.to()));
        out.print(table);
    }

    /** Where the figures of the tables come from. */
    private void forecast(PrintWriter out) {
        var all = points.windows().stream().map(window -> window.span().forecast(pace)).toList();
        if (all.stream().anyMatch(each -> each.total().isPresent())) {
            out.println();
            out.println("How long it takes to restore a window's end from its newest snapshot is as in "
                    + pace.restores() + " measured on this host.");
        }
        all.stream().flatMap(each -> each.reasons().stream()).distinct()
                .forEach(reason -> out.println("How long it takes is unknown: " + reason + "."));
    }

    private static String moment(Optional<Instant> moment) {
        return moment.map(Figures::moment).orElse("not known");
    }
}
