// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.system.RetentionPolicy;
import dev.muster.system.Term;
import dev.muster.system.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides what becomes of the snapshots of one system. Everything that it goes by is given: the same gives the same. */
public final class Decide {

    private static final Comparator<Snapshot> NEWEST_FIRST =
            Comparator.comparing(Snapshot::completed).thenComparing(Snapshot::id).reversed();

    /** Who was not backed up for longer was followed by another, and does not stand beside it. */
    private static final Duration RIVALS_WITHIN = Duration.ofDays(31);

    private static final String LAST = "committed last, by the roll";

    private final RetentionPolicy policy;
    private final Standing standing;
    private final Map<String, List<String>> keeps = new LinkedHashMap<>();
    private final Map<String, List<String>> misses = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> unmet = new ArrayList<>();

    private Decide(RetentionPolicy policy, Standing standing) {
        this.policy = policy;
        this.standing = standing;
    }

    /**
     * Decides.
     *
     * @param snapshots all that count of the system, in any order
     */
    public static Decisions decide(RetentionPolicy policy, Standing standing, Collection<Snapshot> snapshots) {
        return new Decide(policy, standing).decide(snapshots);
    }

    private Decisions decide(Collection<Snapshot> snapshots) {
        List<Snapshot> all = snapshots.stream().sorted(NEWEST_FIRST).toList();
        List<Snapshot> believed = all.stream().filter(this::isBelieved).toList();
        Map<String, List<Snapshot>> components = believed.stream()
                .collect(Collectors.groupingBy(Snapshot::component, TreeMap::new, Collectors.toList()));
        components.forEach((name, newestFirst) -> apart(name, newestFirst).forEach(this::component));
        all.stream().filter(each -> standing.last().contains(each.id())).forEach(each -> keep(each, LAST));
        holds(all);
        Optional<Instant> windowFrom = believed.stream().findFirst().map(_ -> windowFrom(believed));
        Map<Stretch, String> bases = windowFrom.map(from -> window(from, believed)).orElse(Map.of());
        return new Decisions(all.stream().map(this::decision).toList(), windowFrom, bases, warnings, unmet);
    }

    private boolean isBelieved(Snapshot snapshot) {
        Optional<String> doubt = snapshot.doubt(standing.now());
        doubt.ifPresent(why -> {
            keep(snapshot, "it is in doubt");
            warnings.add("Snapshot " + snapshot.shortId() + " is kept and stands for no period: " + why
                    + ".");
        });
        return doubt.isEmpty();
    }

    private void component(String name, List<Snapshot> newestFirst) {
        Snapshot newest = newestFirst.getFirst();
        keep(newest, "the newest of " + name);
        newestFirst.stream()
                .filter(each -> each.stored().isPresent())
                .max(Comparator.comparing(each -> each.stored().get()))
                .filter(each -> !each.equals(newest))
                .ifPresent(each -> keep(each, "the newest of " + name + " by the store's clock"));
        for (Snapshot snapshot : newestFirst.subList(0, Math.min(policy.minimum(), newestFirst.size()))) {
            keep(snapshot, "one of the " + policy.minimum() + " newest (minimum)");
        }
        if (newestFirst.size() < policy.minimum()) {
            unmet.add("Of " + name + " " + newestFirst.size() + " snapshots are there, and at least "
                    + policy.minimum() + " are to be (minimum).");
        }
        policy.tiers().forEach((tier, count) -> tier(tier, count, newestFirst));
        terms(newestFirst, newest.completed());
        proven(name, newestFirst);
    }

    /**
     * Two clusters that are backed up in turn under one name, as a clone or a wrong address makes it, are judged apart: else the
     * snapshots of one would stand for the periods of the other. One that has followed another, as after an upgrade, is not.
     */
    private Map<String, List<Snapshot>> apart(String name, List<Snapshot> newestFirst) {
        Map<Long, List<Snapshot>> rivals = newestFirst.stream()
                .filter(each -> each.backup().isPresent())
                .collect(Collectors.groupingBy(each -> each.backup().get().cluster(), LinkedHashMap::new,
                        Collectors.toList()));
        Instant alive = newestFirst.getFirst().completed().minus(RIVALS_WITHIN);
        rivals.values().removeIf(each -> each.getFirst().completed().isBefore(alive));
        if (!takeTurns(rivals.values())) {
            return Map.of(name, newestFirst);
        }
        warnings.add("Snapshots of " + name + " are of " + rivals.size()
                + " clusters in turn, which are judged apart: give each a system of its own.");
        // What is of neither belongs to the one that is newest.
        List<Snapshot> others = new ArrayList<>(newestFirst);
        rivals.values().stream().skip(1).forEach(others::removeAll);
        Map<String, List<Snapshot>> apart = new LinkedHashMap<>();
        rivals.forEach((cluster, each) -> apart.put(name + " of cluster " + Long.toUnsignedString(cluster),
                apart.isEmpty() ? others : each));
        return apart;
    }

    /** Whether one of these goes on behind another that began later. */
    private static boolean takeTurns(Collection<List<Snapshot>> clusters) {
        return clusters.stream()
                .anyMatch(one -> clusters.stream()
                        .anyMatch(other -> one != other
                                && one.getLast().completed().isBefore(other.getLast().completed())
                                && one.getFirst().completed().isAfter(other.getLast().completed())));
    }

    /** Newest first, the first that is met of a period is its last. */
    private void tier(Tier tier, int count, List<Snapshot> newestFirst) {
        Map<String, Snapshot> standing = new LinkedHashMap<>();
        for (Snapshot snapshot : newestFirst) {
            String period = tier.period(snapshot.completed(), policy.zone());
            Snapshot other = standing.get(period);
            if (other != null) {
                miss(snapshot, tier.word() + ": " + other.shortId() + " stands for " + period);
            } else if (standing.size() == count) {
                miss(snapshot, tier.word() + ": " + period + " is not among the " + count + " newest");
            } else {
                standing.put(period, snapshot);
                keep(snapshot, tier.word() + " " + standing.size() + " of " + count + ": " + period);
            }
        }
    }

    private void terms(List<Snapshot> newestFirst, Instant newest) {
        for (Snapshot snapshot : newestFirst) {
            if (!policy.keepWithin().isZero()) {
                Term within = Term.of(policy.keepWithin());
                if (within.reaches(snapshot.completed(), newest)) {
                    keep(snapshot, "within " + within + " of the newest");
                } else {
                    miss(snapshot, "within: more than " + within + " older than the newest");
                }
            }
            withoutTerm(snapshot).forEach(name -> miss(snapshot, "its tag " + name + " has no term"));
            policy.tags().forEach((tag, term) -> {
                if (snapshot.bears(tag) && term.reaches(snapshot.completed(), newest)) {
                    keep(snapshot, "tag " + tag + ": " + term);
                } else if (snapshot.bears(tag)) {
                    miss(snapshot, "tag " + tag + ": more than " + term + " older than the newest");
                }
            });
        }
    }

    /** Its tags of which the policy says nothing: perhaps a word is misspelt here or there. */
    private Stream<String> withoutTerm(Snapshot snapshot) {
        return snapshot.tags()
                .entrySet()
                .stream()
                .filter(tag -> !policy.tags().containsKey(tag.getKey())
                        && !policy.tags().containsKey(tag.getKey() + "=" + tag.getValue()))
                .map(Map.Entry::getKey)
                .sorted();
    }

    private void proven(String name, List<Snapshot> newestFirst) {
        Proven proven = standing.proven();
        newestFirst.stream()
                .filter(snapshot -> proven.isProven(snapshot.id()))
                .findFirst()
                .ifPresent(snapshot -> keep(snapshot, "the newest of " + name + " that is proven"));
        if (proven.areRecorded() && newestFirst.stream().noneMatch(each -> proven.isProven(each.id()))) {
            warnings.add("No snapshot of " + name + " is proven: none of which a restore was good is there.");
        }
    }

    private void holds(List<Snapshot> all) {
        for (Snapshot snapshot : all) {
            String reason = standing.holds().get(snapshot.id());
            if (reason != null) {
                keep(snapshot, "held: " + reason);
            }
        }
        Set<String> there = all.stream().map(Snapshot::id).collect(Collectors.toSet());
        standing.holds().keySet().stream().filter(id -> !there.contains(id)).sorted().forEach(id -> warnings
                .add("Snapshot " + id.substring(0, Math.min(12, id.length())) + " is held and is not there any more."));
    }

    /** By the primary's clock where the newest snapshot lies on WAL, as the stretches are. */
    private Instant windowFrom(List<Snapshot> believed) {
        Snapshot newest = believed.getFirst();
        return standing.stretches()
                .stream()
                .flatMap(stretch -> stretch.bases().stream())
                .filter(base -> base.snapshot().equals(newest.id()))
                .map(Stretch.Base::from)
                .min(Comparator.naturalOrder())
                .orElse(newest.completed())
                .minus(policy.window());
    }

    /** Of every stretch that reaches into the window, the snapshot from which all of it that can be had can be had. */
    private Map<Stretch, String> window(Instant from, List<Snapshot> believed) {
        Map<String, Snapshot> byId = believed.stream().collect(Collectors.toMap(Snapshot::id, each -> each));
        Map<Stretch, String> bases = new LinkedHashMap<>();
        List<Reached> reached = new ArrayList<>();
        Set<String> clockless = clockless(byId.keySet());
        for (Stretch stretch : standing.stretches()) {
            if (stretch.reaches(from) || stretch.hasAny(clockless)) {
                Stretch.Base base = base(stretch, from, byId.keySet());
                bases.put(stretch, base.snapshot());
                keeps.computeIfAbsent(base.snapshot(), _ -> new ArrayList<>())
                        .add("the window of " + Term.words(policy.window())
                                + (stretch.end().isEmpty()
                                        ? " may need it: until when its WAL reaches is not known"
                                        : " needs it"));
                reached.add(new Reached(base.from(), stretch.end().orElse(Instant.MAX)));
            }
        }
        shortfall(from, believed.getFirst().completed(), reached);
        return bases;
    }

    /** Snapshots whose WAL is in the window, whatever a clock says: those that were committed last, and those in doubt. */
    private Set<String> clockless(Set<String> believed) {
        Set<String> clockless = new HashSet<>(standing.last());
        standing.stretches()
                .stream()
                .flatMap(stretch -> stretch.bases().stream())
                .map(Stretch.Base::snapshot)
                .filter(snapshot -> !believed.contains(snapshot))
                .forEach(clockless::add);
        return clockless;
    }

    /** The last one before the window's beginning, or else the first; where clocks were set back, an earlier one. */
    private static Stretch.Base base(Stretch stretch, Instant from, Set<String> believed) {
        Stretch.Base chosen = stretch.bases().getFirst();
        for (Stretch.Base base : stretch.bases()) {
            if (!believed.contains(base.snapshot())) {
                continue;
            }
            if (base.from().isAfter(from)) {
                break;
            }
            chosen = base;
        }
        return chosen;
    }

    private record Reached(Instant from, Instant to) {}

    private void shortfall(Instant from, Instant until, List<Reached> reached) {
        if (policy.window().isZero()) {
            return;
        }
        Instant at = standing.since().filter(from::isBefore).orElse(from);
        boolean isYoung = !at.equals(from);
        for (Reached each : reached.stream().sorted(Comparator.comparing(Reached::from)).toList()) {
            if (each.from.isAfter(at) && !isYoung) {
                unmet.add("The window of " + Term.words(policy.window()) + " has a gap: no moment from " + at + " to "
                        + each.from + " can be reached.");
            }
            isYoung = false;
            at = each.to.isAfter(at) ? each.to : at;
        }
        if (at.isBefore(until) && reached.isEmpty()) {
            unmet.add("The window of " + Term.words(policy.window()) + " is empty: there is no WAL behind a snapshot.");
        }
    }

    private void keep(Snapshot snapshot, String because) {
        keeps.computeIfAbsent(snapshot.id(), _ -> new ArrayList<>()).add(because);
    }

    private void miss(Snapshot snapshot, String because) {
        misses.computeIfAbsent(snapshot.id(), _ -> new ArrayList<>()).add(because);
    }

    private Decision decision(Snapshot snapshot) {
        List<String> kept = keeps.getOrDefault(snapshot.id(), List.of());
        return kept.isEmpty()
                ? new Decision(snapshot, false,
                        misses.getOrDefault(snapshot.id(), List.of("no rule of the policy keeps it")))
                : new Decision(snapshot, true, kept);
    }
}
