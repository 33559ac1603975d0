// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan as people read it: a label, then what it is about. */
final class PlanText {

    private static final int LABEL_CHARS = 13;

    private final List<String> lines = new ArrayList<>();

    PlanText(RestorePlan plan, Pace pace) {
        lines.add("Restore plan " + plan.id());
        what(plan);
        wal(plan);
        where(plan);
        settings(plan);
        line("afterwards", afterwards(plan));
        forecast(plan.forecast(pace), plan.mayStopEarlier() ? "at most " : "");
        plan.notes().forEach(note -> line("note", note));
        if (!plan.asides().isEmpty()) {
            line("note",
                    "Nothing of what is moved aside is deleted. Before a server is started on it again, rename all of "
                            + "it back: its links to tablespaces lead to the old names.");
        }
    }

    private void what(RestorePlan plan) {
        var request = plan.request();
        var point = plan.reach().point();
        line("target", request.target().target() + exclusive(request.target().target()));
        line("snapshot", point.shortId() + ", consistent at " + point.facts().stop() + ", "
                + Words.time(point.facts().consistentAt()));
        line("files", String.format(Locale.ROOT, "%,d files, %s", point.size().files(),
                Words.bytes(point.size().bytes())));
    }

    private static String exclusive(RecoveryTarget target) {
        var exclusive = switch (target) {
            case RecoveryTarget.Time time -> time.exclusive();
            case RecoveryTarget.Position position -> position.exclusive();
            case RecoveryTarget.Transaction transaction -> transaction.exclusive();
            case RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _,RecoveryTarget.Named _ ->
                false;
        };
        return exclusive ? ", itself left out" : "";
    }

    private void wal(RestorePlan plan) {
        for (var step : plan.steps()) {
            line("WAL", "timeline " + step.history().timeline() + " ("
                    + step.history().incarnation().hex().substring(0, 8) + ") from " + step.from() + " to "
                    + step.to());
        }
        line("", Words.bytes(plan.walBytes()) + " to replay; the repository's end is of "
                + Words.time(plan.reach().endTime()));
        line("stops", stops(plan.stop()));
    }

    private static String stops(Stop stop) {
        return switch (stop) {
            case Stop.EndOfWal end -> "at the end of the WAL, " + end.end();
            case Stop.Consistent consistent -> "as soon as it is consistent, at " + consistent.stop();
            case Stop.AtTarget at -> "at the target" + at.at().map(lsn -> ", " + lsn).orElse("");
        };
    }

    private void where(RestorePlan plan) {
        var ground = plan.ground();
        var state = switch (ground.directory()) {
            case DirectoryState.Absent _ -> "will be made";
            case DirectoryState.Empty _ -> "empty";
            case DirectoryState.Unfinished(RestoreMark mark) -> "an unfinished restore of this plan, carried on from "
                    + mark.phase().name().toLowerCase(Locale.ROOT);
            case DirectoryState.Occupied(String what) -> "holds " + what;
        };
        var asides = plan.asides();
        asides.forEach(each -> line("move aside", each.from() + " (holds " + each.holds()
                + (each.bytes().isPresent() ? ", " + Words.bytes(each.bytes().getAsLong()) : "") + ") becomes "
                + each.to()));
        var isMoved = asides.stream().anyMatch(each -> each.from().equals(plan.request().directory()));
        line("into", plan.request().directory() + " (" + (isMoved ? "will be made anew" : state) + "), for user "
                + ground.owner());
        plan.placements().forEach(each -> line("tablespace", each.oid() + ": " + each.original() + " becomes "
                + each.directory()));
        ground.freeBytes().ifPresent(free -> line("disk", Words.bytes(free) + " free"));
        line("server", ground.server().orElse("no PostgreSQL " + plan.reach().point().facts().major()
                + " was found here"));
    }

    private void settings(RestorePlan plan) {
        var neutral = plan.neutral().stream().map(Neutral::name).toList();
        plan.settings().forEach((name, value) -> {
            if (!neutral.contains(name) && !value.isEmpty()) {
                line("setting", name + " = " + value);
            }
        });
        plan.neutral().stream().filter(NeutralSettings::differs)
                .forEach(each -> line("neutralised", each.name() + " was "
                        + each.was() + ", is " + (each.now().isEmpty() ? "empty" : each.now()) + ": " + each.why()));
    }

    private static String afterwards(RestorePlan plan) {
        return switch (plan.request().action()) {
            case PROMOTE -> "it is promoted to a timeline of its own";
            case PAUSE -> "it waits at its target and can be read";
            case SHUTDOWN -> "it shuts down at its target";
        };
    }

    private void forecast(Forecast forecast, String atMost) {
        if (forecast.rest().time().isEmpty() && forecast.reasons().size() == 1) {
            line("forecast", "unknown: " + forecast.reasons().getFirst());
            return;
        }
        line("forecast", (forecast.total().isEmpty() ? "" : atMost) + forecast.text());
        line("", "files: " + forecast.copy().sentence());
        line("", "WAL: " + atMost + forecast.replay().sentence());
        line("", "the rest: " + forecast.rest().sentence());
    }

    private void line(String label, String text) {
        lines.add(("  " + label + " ".repeat(LABEL_CHARS)).substring(0, LABEL_CHARS + 2) + text);
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
