// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.postgres.restore.BackupPoint;
import dev.muster.postgres.restore.Pace;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.system.LastRestore;
import dev.muster.system.Loss;
import dev.muster.system.ProtectedSystem;
import dev.muster.system.StoredLog;
import dev.muster.system.SystemStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How well a system is protected, for people and for machines.
 *
 * @param status empty if it could not be looked at
 * @param fault why not
 * @param pace of restores on this host
 * @param copies of its repository
 */
record StatusText(ProtectedSystem system, Optional<SystemStatus> status, Optional<Fault> fault, Pace pace,
        List<CopyStanding> copies) {

    private static final int LABEL_CHARS = 14;
    private static final String AGE =
            ", the age of the newest moment that can be restored, or since that was received if it is longer";

    static StatusText of(SystemStatus status, Pace pace, List<CopyStanding> copies) {
        return new StatusText(status.system(), Optional.of(status), Optional.empty(), pace, copies);
    }

    static StatusText failed(ProtectedSystem system, Fault fault) {
        return new StatusText(system, Optional.empty(), Optional.of(fault), Pace.unknown(), List.of());
    }

    boolean meetsObjectives() {
        return status.filter(SystemStatus::meetsObjectives).isPresent();
    }

    /** The document of {@code --json}: what is not known is null. */
    record Document(List<SystemRow> systems) {}

    /** A system. */
    record SystemRow(String system, String repository, boolean objectivesMet, @Nullable FaultRow fault,
            @Nullable Snapshots snapshots, @Nullable List<PointsText.WindowRow> windows, @Nullable RpoRow rpo,
            RtoRow rto, @Nullable ReceiverRow receiver, @Nullable List<StoredRow> storedWal,
            List<CopyStanding.Row> copies, @Nullable KeysRow keys, List<String> unproven) {}

    /** The keys that the repository is written with. */
    record KeysRow(int epoch, @Nullable Instant begun, @Nullable Double objectiveSeconds, boolean met) {

        static KeysRow of(SystemStatus now) {
            return new KeysRow(now.epoch().number(), now.epoch().begun().orElse(null),
                    now.system().objective().rotation().map(StatusText::seconds).orElse(null), now.meetsRotation());
        }
    }

    /** Why a system could not be looked at. */
    record FaultRow(String code, String what, String subject, String remedy) {

        static FaultRow of(Fault fault) {
            return new FaultRow(fault.code(), fault.what(), fault.subject(), fault.remedy());
        }
    }

    /** Its snapshots, and the newest of them. */
    record Snapshots(int count, @Nullable String newest, @Nullable Instant taken, @Nullable Double ageSeconds) {}

    /** What would be lost now. */
    record RpoRow(String state, @Nullable Double seconds, @Nullable Double silentSeconds, double objectiveSeconds,
            boolean met) {}

    /** How long recovery took when it was last measured. */
    record RtoRow(@Nullable Double measuredSeconds, @Nullable Instant measured, @Nullable String snapshot,
            double objectiveSeconds, @Nullable Boolean met) {

        static RtoRow of(ProtectedSystem system, Optional<SystemStatus> now) {
            var last = now.flatMap(SystemStatus::restore);
            return new RtoRow(last.map(each -> seconds(each.took())).orElse(null),
                    last.map(each -> each.ended()).orElse(null), last.map(each -> each.snapshot()).orElse(null),
                    seconds(system.objective().rto()),
                    last.isPresent() ? !now.get().missesRto() : null);
        }
    }

    /** How far the repository holds a history of WAL. */
    record StoredRow(long timeline, String history, String begunOn, String toLsn, @Nullable Instant received,
            @Nullable Double ageSeconds, @Nullable Instant moment, boolean restorable) {

        static StoredRow of(StoredLog log, Instant now) {
            return new StoredRow(log.timeline().value(), log.history(), log.host(), log.end().toString(),
                    log.received().orElse(null),
                    log.received().map(at -> seconds(Duration.between(at, now))).orElse(null),
                    log.moment().orElse(null), log.reached());
        }
    }

    /** What the receiver on this host said last. */
    record ReceiverRow(boolean running, String phase, Instant at, String serverLsn, String storedLsn,
            @Nullable Long lagBytes,
            boolean synchronous, boolean losesNothing, String standing, String durability, @Nullable String degraded,
            @Nullable String trouble) {

        static ReceiverRow of(ReceiverState state, boolean running) {
            return new ReceiverRow(running, word(state.phase()), state.at(), state.log().serverEnd().toString(),
                    state.log().stored().toString(),
                    state.log().lagBytes().orElse(null), state.promise().policy().synchronous(),
                    state.losesNothing(), word(state.promise().standing()),
                    word(state.promise().policy().durability()), state.promise().degraded().map(StatusText::word)
                            .orElse(null),
                    state.trouble().map(ReceiverState.Trouble::message).orElse(null));
        }
    }

    SystemRow document() {
        var rto = RtoRow.of(system, status);
        var failed = fault.map(FaultRow::of).orElse(null);
        if (status.isEmpty()) {
            return new SystemRow(system.name(), system.repository().url(), false, failed, null, null, null, rto, null,
                    null, List.of(), null, List.of());
        }
        var now = status.get();
        var newest = now.points().snapshots().stream().map(point -> point.snapshot()).findFirst();
        var snapshots = new Snapshots(now.points().snapshots().size(), newest.map(each -> each.id()).orElse(null),
                newest.map(each -> each.taken()).orElse(null),
                newest.map(each -> seconds(Duration.between(each.taken(), now.at()))).orElse(null));
        return new SystemRow(system.name(), system.repository().url(), meetsObjectives(), null, snapshots,
                now.points().windows().stream().map(window -> PointsText.WindowRow.of(window, pace)).toList(), rpo(now),
                rto,
                now.receiver().map(state -> ReceiverRow.of(state, now.receiverRuns())).orElse(null),
                now.stored().stream().map(log -> StoredRow.of(log, now.at())).toList(),
                copies.stream().map(CopyStanding::row).toList(), KeysRow.of(now), now.unproven());
    }

    private static RpoRow rpo(SystemStatus now) {
        var objective = seconds(now.system().objective().rpo());
        return switch (now.loss()) {
            case Loss.Measured measured -> new RpoRow("measured", seconds(measured.age()), null, objective,
                    now.meetsRpo());
            case Loss.Unknown unknown -> new RpoRow("unknown-at-least", seconds(unknown.atLeast()),
                    unknown.silent().map(StatusText::seconds).orElse(null), objective, now.meetsRpo());
            case Loss.Unseen unseen -> new RpoRow("unknown-at-most", seconds(unseen.atMost()), null, objective,
                    now.meetsRpo());
            case Loss.Aged aged -> new RpoRow("no-receiver", seconds(aged.age()), null, objective, now.meetsRpo());
            case Loss.Everything _ -> new RpoRow("everything", null, null, objective, false);
        };
    }

    void print(PrintWriter out) {
        out.println(system.name() + ": " + headline());
        fault.ifPresent(each -> {
            line(out, "unknown", each.what() + ": " + each.subject() + " (" + each.code() + ")");
            line(out, "", each.remedy());
        });
        status.ifPresent(now -> print(out, now));
        out.println();
        out.flush();
    }

    private String headline() {
        if (status.isEmpty()) {
            return "CANNOT BE LOOKED AT";
        }
        return meetsObjectives()
                ? "protected"
                : status.get().loss() instanceof Loss.Unseen && !status.get().meetsRpo()
                        ? "NOT SHOWN TO BE PROTECTED"
                        : "OBJECTIVE MISSED";
    }

    private void print(PrintWriter out, SystemStatus now) {
        var objective = system.objective();
        line(out, "RPO now", loss(now.loss()) + "; objective " + Figures.duration(objective.rpo())
                + (now.meetsRpo()
                        ? ", met"
                        : now.loss() instanceof Loss.Unseen ? ", not shown to be met" : ", MISSED"));
        line(out, "RTO", now.restore().map(last -> cameBack(last, now)).orElse("never measured") + "; objective "
                + Figures.duration(objective.rto())
                + now.restore().map(_ -> now.missesRto() ? ", MISSED" : ", met").orElse(""));
        line(out, "restore to", windows(now));
        line(out, "last snapshot", now.points().snapshots().stream().findFirst()
                .map(point -> point.snapshot().shortId() + ", "
                        + Figures.duration(Duration.between(point.snapshot().taken(), now.at())) + " ago, "
                        + Figures.count(now.points().snapshots().size()) + " in all")
                .orElse("none: muster backup " + system.name()));
        line(out, "WAL receiver", now.receiver().map(state -> receiver(state, now)).orElse("not on this host"));
        now.stored().stream().limit(now.receiverRuns() ? 0 : 1)
                .forEach(log -> line(out, "stored WAL", stored(log, now)));
        if (now.loss() instanceof Loss.Unseen && !now.meetsRpo()) {
            line(out, "",
                    "An idle server looks the same from here as a receiver that is dead. Where it runs, 'muster status' "
                            + "knows; where none does: muster stream " + system.name());
        }
        now.receiver().filter(_ -> now.receiverRuns()).ifPresent(state -> line(out, "commits", waiting(state)));
        copies.forEach(each -> line(out, "copy", each.text()));
        line(out, "keys", keys(now));
        now.unproven().forEach(each -> line(out, "unproven", each));
        now.points().notes().forEach(each -> line(out, "note", each));
    }

    private static String keys(SystemStatus now) {
        return "epoch " + now.epoch().number()
                + now.epoch().begun().map(begun -> ", begun " + Figures.moment(begun) + ago(begun, now.at())).orElse("")
                + now.system()
                        .objective()
                        .rotation()
                        .map(longest -> "; to be rotated every " + Figures.duration(longest)
                                + (now.meetsRotation() ? "" : ", DUE: muster repo keys rotate"))
                        .orElse("");
    }

    private static String cameBack(LastRestore last, SystemStatus now) {
        return Figures.duration(last.took()) + " on " + Figures.moment(last.ended()) + ago(last.ended(), now.at())
                + ": snapshot " + BackupPoint.shortId(last.snapshot()) + " came back on " + last.host();
    }

    private static String loss(Loss loss) {
        return switch (loss) {
            case Loss.Measured measured -> Figures.duration(measured.age());
            case Loss.Unknown unknown -> "unknown, at least " + Figures.duration(unknown.atLeast())
                    + unknown.silent().map(each -> ": nothing heard from the server for " + Figures.duration(each))
                            .orElse(": nobody can tell how old the oldest of what is missing is");
            case Loss.Unseen unseen -> "unknown, at most " + Figures.duration(unseen.atMost()) + AGE;
            case Loss.Aged aged -> Figures.duration(aged.age()) + AGE;
            case Loss.Everything _ -> "EVERYTHING: nothing can be restored";
        };
    }

    private static String windows(SystemStatus now) {
        var windows = now.points().windows();
        if (windows.isEmpty()) {
            return "nothing";
        }
        var last = windows.getLast();
        var edges = Edges.of(last);
        var text = edges.snapshotAlone()
                ? "snapshot " + edges.from().orElseThrow() + " alone, no later moment"
                : edges.from().orElse("not known") + " to " + edges.to().orElse("not known");
        return windows.size() == 1 ? text : text + ", and " + (windows.size() - 1) + " older windows: muster points";
    }

    private static String stored(StoredLog log, SystemStatus now) {
        return "to " + log.end() + " of timeline " + log.timeline().value() + ", begun on " + log.host()
                + log.received().map(at -> ", received " + Figures.moment(at) + ago(at, now.at())).orElse("");
    }

    /** Nothing where the receiver's clock is ahead of this host's. */
    private static String ago(Instant at, Instant now) {
        return at.isAfter(now) ? "" : " (" + Figures.duration(Duration.between(at, now)) + " ago)";
    }

    private static String receiver(ReceiverState state, SystemStatus now) {
        if (!now.receiverRuns()) {
            return "NOT RUNNING since " + Figures.moment(state.at()) + state.trouble().map(each -> " (" + each.message()
                    + ")").orElse("");
        }
        return word(state.phase()) + ", "
                + state.log().lagBytes().map(bytes -> Figures.bytes(bytes) + " behind")
                        .orElse("how far behind is unknown")
                + state.trouble().map(each -> "; " + each.message()).orElse("");
    }

    private static String waiting(ReceiverState state) {
        var policy = state.promise().policy();
        if (!policy.synchronous()) {
            return "do not wait for the receiver";
        }
        return (state.losesNothing()
                ? "are acknowledged when the " + word(policy.durability()) + " has them: RPO 0"
                : "do NOT all wait for the receiver: it is " + word(state.promise().standing()))
                + state.promise().degraded().map(each -> "; DEGRADED: " + word(each)).orElse("");
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void line(PrintWriter out, String label, String text) {
        out.println("  " + label + " ".repeat(LABEL_CHARS - label.length()) + text);
    }
}
