// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.vault.object.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a restore will do. It holds everything that doing it needs, and is made before anything is touched.
 *
 * @param request what was asked
 * @param reach the snapshot, the histories that it leads through, the end of their WAL
 * @param stop where replay ends
 * @param placements where tablespaces go, by oid
 * @param settings what postgresql.auto.conf will say beside restore_command, in order
 * @param neutral which settings of the source are not in force
 * @param ground what was found where it goes
 * @param notes what has to be said, each a sentence
 */
public record RestorePlan(RestoreRequest request, Reach reach, Stop stop, List<Placement> placements,
        SequencedMap<String, String> settings, List<Neutral> neutral, Ground ground, List<String> notes) {

    private static final int ID_CHARS = 16;
    private static final String TABLESPACES = "muster-tablespaces";

    public RestorePlan {
        placements = List.copyOf(placements);
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
        neutral = List.copyOf(neutral);
        notes = List.copyOf(notes);
    }

    /**
     * Puts a plan together.
     *
     * @param source what the snapshot says beside its head
     * @throws RestoreFault.DirectoryRefused if the directory may not be restored into
     * @throws RestoreFault.TablespaceRefused if the tablespaces cannot be laid out
     */
    static RestorePlan of(RestoreRequest request, Chosen chosen, SourceSettings source, Ground ground) {
        var facts = chosen.reach().point().facts();
        var settings = RecoverySettings.of(chosen.stop(), timeline(chosen), request.action());
        var neutral = NeutralSettings.of(facts.major(), request.purpose(), source.settings());
        neutral.forEach(each -> settings.put(each.name(), each.now()));
        var plan = new RestorePlan(request, chosen.reach(), chosen.stop(), place(request, source), settings, neutral,
                ground, notes(request, chosen));
        new ClearGround(plan).require();
        return plan;
    }

    /** A stop that lies before a fork of the path is one of the timeline that it lies on: the server is led no further. */
    private static TimelineId timeline(Chosen chosen) {
        var reach = chosen.reach();
        return switch (chosen.stop()) {
            case Stop.EndOfWal _ -> reach.last().timeline();
            case Stop.Consistent(Lsn lsn) -> reach.holding(lsn).timeline();
            case Stop.AtTarget at -> at.at().map(reach::holding).orElse(reach.last()).timeline();
        };
    }

    /** The timeline on which replay ends. */
    public TimelineId timeline() {
        return timeline(new Chosen(reach, stop, List.of()));
    }

    private static List<String> notes(RestoreRequest request, Chosen chosen) {
        var notes = new ArrayList<>(chosen.notes());
        if (!request.target().note().isEmpty()) {
            notes.addFirst(request.target().note());
        }
        var badPages = chosen.reach().point().facts().data().badPages();
        if (badPages > 0) {
            notes.add("The source had " + badPages + " bad pages when it was read: they will be bad here too.");
        }
        return notes;
    }

    static List<Placement> place(RestoreRequest request, SourceSettings source) {
        var unknown = new TreeSet<>(request.tablespaces().keySet());
        unknown.removeAll(source.tablespaces().keySet());
        if (!unknown.isEmpty()) {
            throw new RestoreFault.TablespaceRefused("the snapshot has none of this oid, it has "
                    + source.tablespaces().keySet(), unknown.first().toString());
        }
        var placements = new ArrayList<Placement>();
        var beside = request.directory().resolve(TABLESPACES);
        source.tablespaces().forEach((oid, original) -> placements.add(new Placement(oid, original,
                request.tablespaces().getOrDefault(oid, beside.resolve(oid.toString())))));
        return placements;
    }

    /** What makes an unfinished restore the same: the snapshot and where its files go. */
    public String id() {
        var text = reach.point().id() + "\n" + request.directory() + "\n" + placements.stream()
                .map(each -> each.oid() + " " + each.directory())
                .collect(Collectors.joining("\n"));
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, ID_CHARS);
    }

    /** Everything that decides where replay ends, for a restore that has come so far that it cannot be changed. */
    String targetText() {
        return request.target().target() + " " + settings.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("recovery_target") && !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    /** The mark that stands in the directory while this plan is carried out. */
    public RestoreMark mark(RestoreMark.Phase phase) {
        return new RestoreMark(id(), reach.point().id(), targetText(), phase);
    }

    /** The bytes of WAL from where replay begins to where it can end. */
    public long walBytes() {
        var end = switch (stop) {
            case Stop.EndOfWal(Lsn lsn) -> lsn;
            case Stop.Consistent(Lsn lsn) -> lsn;
            case Stop.AtTarget at -> at.at().orElse(reach.end());
        };
        return Math.max(0, end.minus(reach.point().facts().start()));
    }

    /**
     * The same plan where now this is found.
     *
     * @throws RestoreFault.DirectoryRefused if the directory may not be restored into any more
     */
    public RestorePlan on(Ground newGround) {
        var plan = new RestorePlan(request, reach, stop, placements, settings, neutral, newGround, notes);
        new ClearGround(plan).require();
        return plan;
    }

    /**
     * Refuses what is still in the way, though it was asked to be moved aside.
     *
     * @throws RestoreFault.DirectoryRefused if there is anything
     */
    public void requireFree() {
        var inTheWay = asides();
        if (!inTheWay.isEmpty()) {
            throw new RestoreFault.DirectoryRefused(inTheWay.getFirst().from(),
                    "it holds " + inTheWay.getFirst().holds() + ", which came in meanwhile");
        }
    }

    /** What is moved aside before anything is written, in this order. */
    public List<Aside> asides() {
        return new ClearGround(this).asides();
    }

    /** The steps of the way through the WAL: which history is read from where to where. */
    public List<Step> steps() {
        var steps = new ArrayList<Step>();
        var from = reach.point().facts().start();
        for (var at = 0; at < reach.path().size(); at++) {
            var isLast = at == reach.path().size() - 1;
            var to = isLast ? reach.end() : reach.path().get(at + 1).fork().orElseThrow();
            steps.add(new Step(reach.path().get(at), from, to));
            from = to;
        }
        return steps;
    }

    /**
     * A stretch of WAL of one history.
     *
     * @param from the position at which it begins, or at which the history left its parent
     * @param to the position at which it ends, or at which the next history leaves it
     */
    public record Step(WalHistory history, Lsn from, Lsn to) {}

    /** How long it takes, as far as that is known. */
    public Forecast forecast(Pace pace) {
        var fileBytes = reach.point().size().bytes();
        var isCarriedOn = ground.directory() instanceof DirectoryState.Unfinished
                && asides().stream().noneMatch(each -> each.from().equals(request.directory()));
        return isCarriedOn
                ? Forecast.unknown(fileBytes, walBytes(), "it is carried on, and how much is done is seen only then")
                : pace.forecast(fileBytes, walBytes());
    }

    /** Whether only the server can tell where it stops, so that less WAL may be replayed than is counted. */
    boolean mayStopEarlier() {
        return stop instanceof Stop.AtTarget at && at.at().isEmpty();
    }

    /** The plan for people: aligned lines. */
    public String text(Pace pace) {
        return new PlanText(this, pace).toString();
    }

    /** The plan for machines: plain values under stable names. */
    public PlanDocument document(Pace pace) {
        return PlanDocument.of(this, pace);
    }

    /** The directory for tablespaces that were not placed elsewhere. */
    public Path tablespaceDirectory() {
        return request.directory().resolve(TABLESPACES);
    }
}
