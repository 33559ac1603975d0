// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The history that a target is looked for on, and how it can be reached.
 *
 * @param history the last one of the path
 * @param candidates every recovery that stays on the path, those of older snapshots first
 * @param notes what was found on the way, each a sentence
 */
record ChosenHistory(WalHistory history, List<Candidate> candidates, List<String> notes) {

    ChosenHistory {
        candidates = List.copyOf(candidates);
        notes = List.copyOf(notes);
    }

    /** Chooses among what can be reached. */
    static ChosenHistory choose(Recoverable recoverable, TimelineChoice choice) {
        return switch (choice) {
            case TimelineChoice.Latest _ -> latest(recoverable, recoverable.histories(), "the newest history");
            case TimelineChoice.Current _ -> current(recoverable);
            case TimelineChoice.Numbered numbered -> {
                var alike = recoverable.histories().stream()
                        .filter(history -> history.timeline().equals(numbered.timeline()))
                        .toList();
                yield latest(recoverable, alike, "timeline " + numbered.timeline());
            }
        };
    }

    /** The history of one snapshot. */
    static ChosenHistory of(Recoverable recoverable, BackupPoint point) {
        return recoverable.histories().stream()
                .filter(history -> history.incarnation().equals(point.incarnation()))
                .findFirst()
                .map(history -> new ChosenHistory(history, candidates(recoverable, history), List.of()))
                .orElseThrow(() -> nothing("the WAL of snapshot " + point.shortId() + " is not there", point.id()));
    }

    private static ChosenHistory current(Recoverable recoverable) {
        if (recoverable.points().isEmpty()) {
            throw nothing("it holds no snapshot of a cluster", "the repository");
        }
        return of(recoverable, recoverable.points().getLast());
    }

    private static ChosenHistory latest(Recoverable recoverable, List<WalHistory> among, String what) {
        if (recoverable.points().isEmpty()) {
            throw nothing("it holds no snapshot of a cluster", "the repository");
        }
        var notes = new ArrayList<String>();
        for (var history : among.reversed()) {
            if (history.isOnlyAnnounced()) {
                continue;
            }
            var candidates = candidates(recoverable, history);
            if (candidates.stream().anyMatch(each -> each.reach().last().equals(history))) {
                return new ChosenHistory(history, candidates, notes);
            }
            notes.add("Nothing leads to " + describe(history)
                    + ": no snapshot is connected to it by WAL without a gap.");
        }
        throw nothing("no snapshot leads to " + what, String.join(" ", notes).isEmpty()
                ? what
                : String.join(" ", notes));
    }

    private static List<Candidate> candidates(Recoverable recoverable, WalHistory history) {
        var candidates = new ArrayList<Candidate>();
        for (var point : recoverable.points()) {
            recoverable.reach(point, history.incarnation()).map(Candidate::whole).or(() -> before(recoverable, point,
                    history)).ifPresent(candidates::add);
        }
        return candidates;
    }

    /** The furthest that the snapshot gets on the way to the history without getting there. */
    private static Optional<Candidate> before(Recoverable recoverable, BackupPoint point, WalHistory history) {
        var below = history;
        for (var ancestor : recoverable.ancestors(history)) {
            Lsn fork = below.fork().orElseThrow();
            var found = recoverable.reach(point, ancestor.incarnation())
                    .flatMap(reach -> Candidate.before(reach, fork));
            if (found.isPresent()) {
                return found;
            }
            below = ancestor;
        }
        return Optional.empty();
    }

    static String describe(WalHistory history) {
        return "timeline " + history.timeline() + " (" + history.incarnation().hex().substring(0, 8) + ", begun "
                + Words.time(history.lineage().made()) + ")";
    }

    private static RestoreFault nothing(String why, String subject) {
        return new RestoreFault.NothingToRestore(why, subject);
    }
}
