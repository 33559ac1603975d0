// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the roll said when it was read. Immutable. */
public final class RollView {

    private final Map<Digest, RollEntry> entries;
    private final List<VaultFault> refused;
    private final Set<Digest> heads;
    private final Set<Digest> covered = new HashSet<>();
    private final Set<Digest> missingParents = new TreeSet<>();
    private final Set<Digest> present = new HashSet<>();
    private final Set<Digest> removed = new HashSet<>();
    private final Set<Uid> lineages = new HashSet<>();
    private final Map<Uid, List<RollEvent.Release>> released = new HashMap<>();
    private final Map<Uid, RollEvent.Hold> holds = new TreeMap<>();
    private final Set<Uid> endedHolds = new HashSet<>();

    /**
     * Reads the whole out of its entries.
     *
     * @param refused what looks like an entry and is none
     */
    RollView(Map<Digest, RollEntry> entries, List<VaultFault> refused) {
        this.entries = new LinkedHashMap<>(entries);
        this.refused = List.copyOf(refused);
        this.heads = new TreeSet<>(entries.keySet());
        entries.values().forEach(entry -> entry.parents().forEach(heads::remove));
        entries.forEach((digest, entry) -> {
            if (hasCheckpoint(entry)) {
                coverFrom(digest);
            }
        });
        entries.forEach((digest, entry) -> {
            entry.events().forEach(this::note);
            if (!covered.contains(digest)) {
                entry.parents().stream().filter(parent -> !entries.containsKey(parent)).forEach(missingParents::add);
            }
        });
        omitWhatCheckpointsOmit();
        present.removeAll(removed);
    }

    /** The same with one more entry. */
    RollView with(Digest digest, RollEntry entry) {
        Map<Digest, RollEntry> more = new LinkedHashMap<>(entries);
        more.put(digest, entry);
        return new RollView(more, refused);
    }

    /** Entries that no other names, at most 64 of which a new entry names; ascending. */
    public List<Digest> heads() {
        return heads.stream().limit(RollEntry.PARENTS_MAX).toList();
    }

    /** Whether an entry is there. */
    public boolean has(Digest entry) {
        return entries.containsKey(entry);
    }

    /** Whether there is a checkpoint: then older entries may be gone. */
    public boolean hasCheckpoint() {
        return entries.values().stream().anyMatch(RollView::hasCheckpoint);
    }

    /** Entries that are named as parents and are gone, although no checkpoint stands above who names them. */
    public Set<Digest> missingParents() {
        return Set.copyOf(missingParents);
    }

    /** Snapshots that were committed and not removed: they must exist. */
    public Set<Digest> present() {
        return Set.copyOf(present);
    }

    /** Whether a snapshot was said to be committed and not removed. */
    public boolean isPresent(Digest snapshot) {
        return present.contains(snapshot);
    }

    /** Whether a snapshot was removed. */
    public boolean isRemoved(Digest snapshot) {
        return removed.contains(snapshot);
    }

    /**
     * Of these snapshots the one that was committed last, whatever the clocks said: no commit of another goes back to its entry.
     * Several, if their writers did not see each other.
     */
    public Set<Digest> last(Set<Digest> snapshots) {
        Map<Digest, Set<Digest>> commits = new HashMap<>();
        entries.forEach((digest, entry) -> entry.events().forEach(event -> {
            if (event instanceof RollEvent.Committed(Digest snapshot) && snapshots.contains(snapshot)) {
                commits.computeIfAbsent(digest, _ -> new HashSet<>()).add(snapshot);
            }
        }));
        Set<Digest> before = new HashSet<>();
        Deque<Digest> waiting = new ArrayDeque<>();
        commits.keySet().forEach(digest -> waiting.addAll(entries.getOrDefault(digest, empty()).parents()));
        while (!waiting.isEmpty()) {
            Digest digest = waiting.remove();
            if (before.add(digest)) {
                waiting.addAll(entries.getOrDefault(digest, empty()).parents());
            }
        }
        Set<Digest> last = new HashSet<>();
        commits.forEach((digest, said) -> {
            if (!before.contains(digest)) {
                last.addAll(said);
            }
        });
        return last;
    }

    /** When entries were put that say that snapshots were committed, by the clocks of their hosts; ascending. */
    public List<Instant> committed() {
        return entries.values()
                .stream()
                .filter(entry -> entry.events().stream().anyMatch(RollEvent.Committed.class::isInstance))
                .map(RollEntry::time)
                .sorted()
                .toList();
    }

    /** Histories of WAL that were begun. */
    public Set<Uid> lineages() {
        return Set.copyOf(lineages);
    }

    /** The WAL of a history that need not be present, but for what snapshots need of it, in any order. */
    public List<RollEvent.Release> released(Uid incarnation) {
        return List.copyOf(released.getOrDefault(incarnation, List.of()));
    }

    /** Holds that were not ended, in the order of their names. */
    public List<RollEvent.Hold> holds() {
        return holds.values().stream().filter(hold -> !endedHolds.contains(hold.uid())).toList();
    }

    /** What looks like an entry of the roll and is none. */
    public List<VaultFault> refused() {
        return refused;
    }

    /** How many entries there are. */
    public int size() {
        return entries.size();
    }

    private static boolean hasCheckpoint(RollEntry entry) {
        return entry.events().stream().anyMatch(RollEvent.Checkpoint.class::isInstance);
    }

    /** Notes that this entry and all before it may have lost their parents. */
    private void coverFrom(Digest checkpoint) {
        Deque<Digest> waiting = new ArrayDeque<>(List.of(checkpoint));
        while (!waiting.isEmpty()) {
            Digest digest = waiting.remove();
            RollEntry entry = entries.get(digest);
            if (entry != null && covered.add(digest)) {
                waiting.addAll(entry.parents());
            }
        }
    }

    private void note(RollEvent event) {
        switch (event) {
            case RollEvent.Committed(Digest snapshot) -> present.add(snapshot);
            case RollEvent.Removed(Digest snapshot) -> removed.add(snapshot);
            case RollEvent.LineageBegun(Uid incarnation) -> lineages.add(incarnation);
            case RollEvent.WalReleased(RollEvent.Release release) -> note(release);
            case RollEvent.Held(RollEvent.Hold hold) -> holds.put(hold.uid(), hold);
            case RollEvent.HoldEnded(Uid hold, String _) -> endedHolds.add(hold);
            case RollEvent.Checkpoint checkpoint -> {
                present.addAll(checkpoint.snapshots());
                checkpoint.released().forEach(this::note);
                checkpoint.holds().forEach(hold -> holds.put(hold.uid(), hold));
            }
        }
    }

    private void note(RollEvent.Release release) {
        released.computeIfAbsent(release.incarnation(), _ -> new ArrayList<>()).add(release);
    }

    /** The entry that said the removal may be gone; that a checkpoint above the commit does not list it says the same. */
    private void omitWhatCheckpointsOmit() {
        entries.forEach((digest, entry) -> {
            for (RollEvent event : entry.events()) {
                if (event instanceof RollEvent.Checkpoint checkpoint) {
                    Set<Digest> listed = new HashSet<>(checkpoint.snapshots());
                    below(digest).stream().filter(snapshot -> !listed.contains(snapshot)).forEach(removed::add);
                }
            }
        });
    }

    /** The snapshots that entries before this one say are there. */
    private Set<Digest> below(Digest checkpoint) {
        Set<Digest> seen = new HashSet<>();
        Set<Digest> snapshots = new HashSet<>();
        Deque<Digest> waiting = new ArrayDeque<>(entries.getOrDefault(checkpoint, empty()).parents());
        while (!waiting.isEmpty()) {
            Digest digest = waiting.remove();
            if (!seen.add(digest)) {
                continue;
            }
            RollEntry entry = entries.getOrDefault(digest, empty());
            waiting.addAll(entry.parents());
            for (RollEvent event : entry.events()) {
                switch (event) {
                    case RollEvent.Committed(Digest snapshot) -> snapshots.add(snapshot);
                    case RollEvent.Checkpoint before -> snapshots.addAll(before.snapshots());
                    case RollEvent.Removed _,RollEvent.LineageBegun _,RollEvent.WalReleased _,RollEvent.Held _,RollEvent.HoldEnded _ ->
                        {}
                }
            }
        }
        return snapshots;
    }

    private static RollEntry empty() {
        return new RollEntry(Uid.NONE, List.of(), Instant.EPOCH, "", List.of());
    }
}
