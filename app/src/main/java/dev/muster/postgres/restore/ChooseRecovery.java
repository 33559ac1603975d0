// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.restore.WalSearch.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the newest snapshot from which a target can be reached, and the way there. A target that cannot be reached, or
 * means more than one state, is refused with what can be had instead.
 */
final class ChooseRecovery {

    private final Recoverable recoverable;
    private final WalSearch search;
    private final String latest;

    /** @param latest the command that restores all that there is, instead of what was asked for */
    ChooseRecovery(Recoverable recoverable, WalSearch search, String latest) {
        this.recoverable = recoverable;
        this.search = search;
        this.latest = latest;
    }

    Chosen choose(RecoveryTarget target, TimelineChoice timeline) throws InterruptedException {
        if (target instanceof RecoveryTarget.Snapshot snapshot) {
            return snapshot(snapshot);
        }
        var history = ChosenHistory.choose(recoverable, timeline);
        var chosen = switch (target) {
            case RecoveryTarget.Latest _ -> latest(history);
            case RecoveryTarget.Immediate _ -> consistent(newest(history.candidates(), _ -> true).orElseThrow());
            case RecoveryTarget.Time time -> time(history, time, timeline);
            case RecoveryTarget.Position position -> position(history, position, timeline);
            case RecoveryTarget.Transaction _,RecoveryTarget.Named _ -> searched(history, target);
            case RecoveryTarget.Snapshot _ -> throw new IllegalStateException("a snapshot needs no history");
        };
        var notes = new ArrayList<>(recoverable.notes());
        notes.addAll(history.notes());
        notes.addAll(chosen.notes());
        return new Chosen(chosen.reach(), chosen.stop(), notes);
    }

    private Chosen snapshot(RecoveryTarget.Snapshot target) {
        var found = recoverable.points().stream().filter(point -> point.id().startsWith(target.id())).toList();
        if (found.isEmpty()) {
            throw new RestoreFault.TargetUnreachable("no snapshot of a cluster has such an id", target.toString(), "");
        }
        if (found.size() > 1) {
            throw new RestoreFault.TargetAmbiguous("several snapshots' ids begin so", target.toString(),
                    "Write more of the id: " + found.stream().map(BackupPoint::id).collect(Collectors.joining(", ")));
        }
        var point = found.getFirst();
        return ChosenHistory.of(recoverable, point).candidates().stream()
                .filter(each -> each.reach().point().equals(point))
                .findFirst()
                .map(ChooseRecovery::consistent)
                .orElseThrow(() -> new RestoreFault.NothingToRestore("WAL that the snapshot needs is not there",
                        target.toString()));
    }

    private static Chosen consistent(Candidate candidate) {
        var reach = candidate.reach();
        return new Chosen(reach, new Stop.Consistent(reach.start()), List.of());
    }

    private Chosen latest(ChosenHistory history) throws InterruptedException {
        var whole = history.candidates().stream()
                .filter(each -> each.reach().last().equals(history.history()))
                .max(Comparator.comparing((Candidate each) -> each.reach().end())
                        .thenComparing(each -> each.reach().start()))
                .orElseThrow();
        return new Chosen(whole.reach(), new Stop.EndOfWal(search.lastEnd(whole.reach())), gapsBehind(whole.reach()));
    }

    private static List<String> gapsBehind(Reach reach) {
        return reach.last().cover().next(reach.end().value())
                .map(span -> List.of("The repository also holds WAL from " + new Lsn(span.start())
                        + " on, behind a gap that begins at " + reach.end() + ": it cannot be replayed."))
                .orElse(List.of());
    }

    private Chosen time(ChosenHistory history, RecoveryTarget.Time target, TimelineChoice timeline)
            throws InterruptedException {
        var moment = target.moment();
        var chosen = newest(history.candidates(), each -> each.contains(moment)).orElseThrow(
                () -> new Nearest(recoverable, history, latest).refusal(target));
        var notes = new ArrayList<String>();
        new StoodStill(recoverable, history).look(target, timeline).ifPresent(notes::add);
        return stopped(chosen.reach(), target, notes, () -> {
            var end = chosen.reach().endTime();
            // What ended just then is the last of it: the window of such WAL is said to reach to there.
            var known = end.isPresent() ? end : search.lastTransaction(chosen.reach());
            return known.filter(time -> !time.isBefore(moment)).isPresent();
        });
    }

    private Chosen position(ChosenHistory history, RecoveryTarget.Position target, TimelineChoice timeline)
            throws InterruptedException {
        var chosen = newest(history.candidates(), each -> each.contains(target.lsn())).orElseThrow(
                () -> new Nearest(recoverable, history, latest).refusal(target));
        if (timeline instanceof TimelineChoice.Latest) {
            refuseOtherHistories(chosen.reach(), target);
        }
        return stopped(chosen.reach(), target, new ArrayList<>(), () -> true);
    }

    private interface Question {
        boolean answer() throws InterruptedException;
    }

    /**
     * Stops at the record by which the server will stop. If there is none, and the WAL is known to reach to the target,
     * then all of it belongs to what was asked for: the server itself would refuse to end there.
     */
    private Chosen stopped(Reach reach, RecoveryTarget target, List<String> notes, Question walReachesTarget)
            throws InterruptedException {
        var found = search.find(reach, target);
        if (!found.isEmpty()) {
            return new Chosen(reach, new Stop.AtTarget(target, Optional.of(replayEnd(target, found.getFirst()))),
                    notes);
        }
        if (walReachesTarget.answer()) {
            notes.add("Nothing was written between the last of the WAL and " + target + ": all of it is replayed.");
            return new Chosen(reach, new Stop.EndOfWal(search.lastEnd(reach)), notes);
        }
        notes.add("It is not known until when the WAL reaches: the server will tell whether " + target
                + " lies in it.");
        return new Chosen(reach, new Stop.AtTarget(target, Optional.empty()), notes);
    }

    /** Before or after the record that ends the replay. Source of the rules: PostgreSQL's xlogrecovery.c. */
    private static Lsn replayEnd(RecoveryTarget target, Found found) {
        return switch (target) {
            case RecoveryTarget.Time _ -> found.begins();
            case RecoveryTarget.Position position -> position.exclusive() ? found.begins() : found.ends();
            case RecoveryTarget.Transaction transaction -> transaction.exclusive() ? found.begins() : found.ends();
            case RecoveryTarget.Named _ -> found.ends();
            case RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _ ->
                throw new IllegalStateException("no record ends the replay to " + target);
        };
    }

    /** Histories of one cluster use the same positions again after a fork. */
    private void refuseOtherHistories(Reach chosen, RecoveryTarget.Position target) {
        var holders = recoverable.reaches().stream()
                .filter(reach -> reach.contains(target.lsn()))
                .map(reach -> reach.holding(target.lsn()))
                .filter(history -> history.lineage().origin().systemIdentifier() == chosen.last().lineage().origin()
                        .systemIdentifier())
                .distinct()
                .toList();
        if (holders.size() > 1) {
            throw new RestoreFault.TargetAmbiguous("several histories have this position", target.toString(),
                    "Choose one with --timeline: " + holders.stream().map(ChosenHistory::describe)
                            .collect(Collectors.joining(", ")) + ".");
        }
    }

    /** Looks from the oldest snapshot of each stretch without a gap, newest stretch first. */
    private Chosen searched(ChosenHistory history, RecoveryTarget target) throws InterruptedException {
        for (var candidate : oldestOfEachStretch(history.candidates())) {
            var found = search.find(candidate.reach(), target).stream()
                    .filter(each -> each.ends().compareTo(candidate.end()) <= 0)
                    .toList();
            if (found.size() > 1) {
                throw ambiguous(target, found);
            }
            if (!found.isEmpty()) {
                return at(history, target, found.getFirst());
            }
        }
        throw new Nearest(recoverable, history, latest).refusal(target);
    }

    private static Chosen at(ChosenHistory history, RecoveryTarget target, Found found) {
        var chosen = newest(history.candidates(), each -> each.contains(found.begins())).orElseThrow();
        var note = target + " was written at " + Words.time(found.time()) + ", at " + found.begins() + ".";
        return new Chosen(chosen.reach(), new Stop.AtTarget(target, Optional.of(replayEnd(target, found))),
                List.of(note));
    }

    private static RestoreFault ambiguous(RecoveryTarget target, List<Found> found) {
        var choices = found.stream()
                .map(each -> Words.time(each.time()) + " (lsn:" + each.begins() + ")")
                .collect(Collectors.joining(", "));
        return new RestoreFault.TargetAmbiguous("it occurs " + found.size() + " times", target.toString(),
                "Name the position instead: " + choices + ".");
    }

    private static List<Candidate> oldestOfEachStretch(List<Candidate> candidates) {
        return candidates.stream()
                .collect(Collectors.toMap(each -> List.of(each.reach().last().incarnation(), each.reach().end()),
                        each -> each,
                        (one, other) -> one.reach().start().isBefore(other.reach().start()) ? one : other))
                .values()
                .stream()
                .sorted(Comparator.comparing(Candidate::end).reversed())
                .toList();
    }

    private static Optional<Candidate> newest(List<Candidate> candidates, Predicate<Candidate> holding) {
        return candidates.stream().filter(holding).max(Comparator.comparing(each -> each.reach().start()));
    }

    /** The states that a moment after a fork can mean: the child's, which has not begun, and the parent's, which goes on. */
    private record StoodStill(Recoverable recoverable, ChosenHistory history) {

        Optional<String> look(RecoveryTarget.Time target, TimelineChoice timeline) {
            var child = history.history();
            for (var parent : recoverable.ancestors(history.history())) {
                var forked = parent.timeAt(child.fork().orElseThrow());
                if (isBetween(forked, target.moment(), child.lineage().made())) {
                    return Optional.of(judge(target, timeline, parent, child));
                }
                child = parent;
            }
            return Optional.empty();
        }

        private static boolean isBetween(Optional<Instant> forked, Instant moment, Instant begun) {
            return forked.filter(moment::isAfter).isPresent() && moment.isBefore(begun);
        }

        private String judge(RecoveryTarget.Time target, TimelineChoice timeline, WalHistory parent, WalHistory child) {
            var wentOn = recoverable.points().stream()
                    .flatMap(point -> recoverable.reach(point, parent.incarnation()).stream())
                    .anyMatch(reach -> reach.contains(target.moment()));
            var what = ChosenHistory.describe(child) + " goes on from " + child.fork().orElseThrow() + " of "
                    + ChosenHistory.describe(parent) + ", which is older than " + target;
            if (wentOn && timeline instanceof TimelineChoice.Latest) {
                throw new RestoreFault.TargetAmbiguous(what, target.toString(),
                        "Choose the state of the history that was given up with --timeline " + parent.timeline()
                                + ", or the one that was gone on from with --timeline " + history.history().timeline()
                                + ".");
            }
            return what + ": what is recovered is the state at that fork.";
        }
    }
}
