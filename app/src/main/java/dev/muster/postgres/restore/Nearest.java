// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Refuses a target and names the nearest moments before and after it that can be reached.
 *
 * @param recoverable everything
 * @param history what the target was looked for on
 * @param latest the command that restores all that there is
 */
record Nearest(Recoverable recoverable, ChosenHistory history, String latest) {

    RestoreFault refusal(RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Time time -> refusal(time);
            case RecoveryTarget.Position position -> refusal(position);
            case RecoveryTarget.Transaction _,RecoveryTarget.Named _,RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _ ->
                new RestoreFault.TargetUnreachable("it does not occur in the WAL that can be replayed",
                        target.toString(),
                        "That WAL is " + String.join("; ", history.candidates().stream().map(Nearest::span).toList())
                                + ".");
        };
    }

    private RestoreFault refusal(RecoveryTarget.Time target) {
        var moment = target.moment();
        var ends = history.candidates().stream().map(Candidate::endTime).flatMap(Optional::stream);
        var starts = history.candidates().stream().map(each -> each.reach().startTime());
        var nearest = sentences(before(ends, moment), after(starts, moment), Words::time);
        if (isBehindEverything(moment)) {
            // A server on which nothing happens writes nothing: no repository can tell that from log that did not arrive.
            nearest.add("If nothing was written after that, this brings back the same state, with your other options: "
                    + latest + ".");
        }
        elsewhere(moment).ifPresent(nearest::add);
        return new RestoreFault.TargetUnreachable(why(moment), target.toString(), String.join(" ", nearest));
    }

    private RestoreFault refusal(RecoveryTarget.Position target) {
        var ends = history.candidates().stream().map(Candidate::end);
        var starts = history.candidates().stream().map(each -> each.reach().start());
        var nearest = sentences(before(ends, target.lsn()), after(starts, target.lsn()), lsn -> "lsn:" + lsn);
        recoverable.reaches().stream().filter(reach -> reach.contains(target.lsn())).findFirst()
                .map(Nearest::onAnother).ifPresent(nearest::add);
        return new RestoreFault.TargetUnreachable(why(target.lsn()), target.toString(), String.join(" ", nearest));
    }

    private String why(Instant moment) {
        var starts = history.candidates().stream().map(each -> each.reach().startTime());
        if (starts.allMatch(moment::isBefore)) {
            return "it lies before the end of the first snapshot";
        }
        return isBehindEverything(moment)
                ? "it lies after the last WAL that the repository holds"
                : lacks(history.candidates().stream()
                        .filter(each -> each.endTime().filter(moment::isAfter).isPresent()));
    }

    private boolean isBehindEverything(Instant moment) {
        return history.candidates().stream().map(Candidate::endTime).flatMap(Optional::stream)
                .max(Comparator.naturalOrder()).filter(moment::isAfter).isPresent();
    }

    private String why(Lsn position) {
        var candidates = history.candidates();
        if (candidates.stream().allMatch(each -> position.isBefore(each.reach().start()))) {
            return "it lies before the end of the first snapshot";
        }
        return candidates.stream().allMatch(each -> position.isAfter(each.end()))
                ? "it lies after the last WAL that the repository holds"
                : lacks(candidates.stream().filter(each -> position.isAfter(each.end())));
    }

    /** Why nothing goes on behind the last of these. */
    private static String lacks(Stream<Candidate> before) {
        return before.max(Comparator.comparing(Candidate::end)).filter(Nearest::isReleasedBehind).isPresent()
                ? "the WAL there was released by retention"
                : "it lies where the repository lacks WAL";
    }

    private static boolean isReleasedBehind(Candidate last) {
        return last.reach().last().released().around(last.end().value()).isPresent();
    }

    private static <T extends Comparable<T>> Optional<T> before(Stream<T> ends, T target) {
        return ends.filter(end -> end.compareTo(target) < 0).max(Comparator.naturalOrder());
    }

    private static <T extends Comparable<T>> Optional<T> after(Stream<T> starts, T target) {
        return starts.filter(start -> start.compareTo(target) > 0).min(Comparator.naturalOrder());
    }

    private static <T> List<String> sentences(Optional<T> before, Optional<T> after, Function<T, String> words) {
        var sentences = new ArrayList<String>();
        before.ifPresent(end -> sentences.add("The nearest before it is " + words.apply(end) + "."));
        after.ifPresent(start -> sentences.add("The nearest after it is " + words.apply(start) + "."));
        return sentences;
    }

    private Optional<String> elsewhere(Instant moment) {
        return recoverable.reaches().stream().filter(reach -> reach.endTime().isPresent() && reach.contains(moment))
                .findFirst().map(Nearest::onAnother);
    }

    private static String onAnother(Reach reach) {
        return "It can be reached on " + ChosenHistory.describe(reach.last()) + ": --timeline "
                + reach.last().timeline() + ".";
    }

    private static String span(Candidate candidate) {
        return candidate.reach().start() + " to " + candidate.end() + " (" + Words.time(candidate.reach().startTime())
                + " to " + Words.time(candidate.endTime()) + ") of timeline " + candidate.reach().last().timeline();
    }
}
