// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a repository holds of the clusters in it: the snapshots that count and the histories of WAL. All answers are
 * worked out from what is in here, nothing is read.
 *
 * @param points in any order
 * @param histories in any order
 * @param notes what could not be taken into account, each a sentence
 */
public record Recoverable(List<BackupPoint> points, List<WalHistory> histories, List<String> notes) {

    public Recoverable {
        points = points.stream().sorted(Comparator.comparing((BackupPoint point) -> point.facts().stop())
                .thenComparing(BackupPoint::taken)).toList();
        histories = histories.stream().sorted(Comparator.comparing(history -> history.lineage().made())).toList();
        notes = List.copyOf(notes);
    }

    /** How far a recovery gets from this snapshot on along the path to this history; nothing if no path leads there. */
    public Optional<Reach> reach(BackupPoint point, Uid target) {
        var path = path(point.incarnation(), target);
        if (path.isEmpty() || !needsAreThere(point) || leavesTooEarly(point, path)) {
            return Optional.empty();
        }
        var from = new Lsn(point.needs().getLast().start());
        for (var at = 0; at < path.size(); at++) {
            var history = path.get(at);
            var end = history.coveredTo(from);
            var isLast = at == path.size() - 1;
            var limit = isLast ? Optional.<Lsn>empty() : Optional.of(handOver(path.get(at + 1)));
            if (end.isEmpty() || limit.filter(end.get()::isBefore).isPresent()) {
                return Optional.empty();
            }
            if (isLast) {
                return end.filter(lsn -> !lsn.isBefore(point.facts().stop())).map(lsn -> new Reach(point, path, lsn));
            }
            from = path.get(at + 1).first();
        }
        return Optional.empty();
    }

    /** All reaches of all snapshots, to every history that they lead to. */
    public List<Reach> reaches() {
        var all = new ArrayList<Reach>();
        for (var point : points) {
            for (var history : histories) {
                reach(point, history.incarnation()).ifPresent(all::add);
            }
        }
        return all;
    }

    /** Where one can go back to: for each history the stretches in which every moment can be reached, oldest first. */
    public List<RecoveryWindow> windows() {
        var windows = new ArrayList<RecoveryWindow>();
        for (var history : histories) {
            var byEnd = new TreeMap<Lsn, List<Reach>>();
            for (var point : points) {
                reach(point, history.incarnation())
                        .ifPresent(reach -> byEnd.computeIfAbsent(reach.end(), _ -> new ArrayList<>()).add(reach));
            }
            byEnd.values().forEach(reaches -> windows.add(window(history, reaches)));
        }
        return windows;
    }

    /** What these reaches, which end at the same place, have in common with their last history. */
    private RecoveryWindow window(WalHistory history, List<Reach> reaches) {
        var oldest = reaches.getFirst();
        var fromAncestor = oldest.path().size() > 1;
        var start = fromAncestor ? history.fork().orElseThrow() : oldest.start();
        var startTime = fromAncestor
                ? oldest.path().get(oldest.path().size() - 2).timeAt(start)
                : Optional.of(oldest.startTime());
        return new RecoveryWindow(history, start, startTime, oldest.end(), oldest.endTime(),
                reaches.stream().map(Reach::point).toList());
    }

    /** The histories that this one descends from, its parent first. */
    List<WalHistory> ancestors(WalHistory history) {
        var byName = byName();
        var ancestors = new ArrayList<WalHistory>();
        var seen = new HashSet<Uid>(List.of(history.incarnation()));
        var next = parent(history, byName);
        while (next.isPresent() && seen.add(next.get().incarnation())) {
            ancestors.add(next.get());
            next = parent(next.get(), byName);
        }
        return ancestors;
    }

    private static Optional<WalHistory> parent(WalHistory history, Map<Uid, WalHistory> byName) {
        return history.fork().flatMap(fork -> history.lineage().descent().parent())
                .flatMap(parent -> Optional.ofNullable(byName.get(parent)));
    }

    /** A child holds the whole segment in which it forked: its parent is read up to the beginning of that. */
    private static Lsn handOver(WalHistory child) {
        var segment = child.lineage().segmentBytes();
        var fork = WalSpan.floor(child.lineage().descent().fork(), segment);
        return new Lsn(WalSpan.earlier(fork, child.first().value()));
    }

    /** The data are consistent only at their stop: a history that was left before that is none of their future. */
    private static boolean leavesTooEarly(BackupPoint point, List<WalHistory> path) {
        return path.size() > 1 && path.get(1).fork().filter(fork -> !fork.isBefore(point.facts().stop())).isEmpty();
    }

    private boolean needsAreThere(BackupPoint point) {
        var byName = byName();
        return point.needs().stream().allMatch(need -> {
            var history = byName.get(need.incarnation());
            return history != null && (need.start() == need.end()
                    || history.cover().contains(new WalSpan(need.start(), need.end())));
        });
    }

    /** The histories from one to another, both included; none if the second does not descend from the first. */
    private List<WalHistory> path(Uid from, Uid to) {
        var end = byName().get(to);
        if (end == null) {
            return List.of();
        }
        Deque<WalHistory> path = new ArrayDeque<>(List.of(end));
        var ancestors = ancestors(end).iterator();
        while (!path.getFirst().incarnation().equals(from)) {
            if (!ancestors.hasNext()) {
                return List.of();
            }
            path.addFirst(ancestors.next());
        }
        return List.copyOf(path);
    }

    private Map<Uid, WalHistory> byName() {
        return histories.stream().collect(Collectors.toMap(WalHistory::incarnation, Function.identity()));
    }
}
