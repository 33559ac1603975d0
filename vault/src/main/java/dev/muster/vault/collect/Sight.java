// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.Abandon;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the repository said of its sessions and snapshots at one moment: candidates were listed first. Immutable. */
final class Sight {

    private final List<Shown> candidates;
    private final SnapshotCatalog.View view;
    private final Map<Uid, List<Shown>> shown = new LinkedHashMap<>();
    private final Set<Uid> givenUp = new HashSet<>();
    private final Set<Uid> committed = new HashSet<>();
    private final Set<Uid> undecided = new HashSet<>();

    Sight(List<Shown> candidates, SnapshotCatalog.View view) {
        this.candidates = List.copyOf(candidates);
        this.view = view;
        candidates.forEach(each -> shown.computeIfAbsent(each.candidate().session(), _ -> new ArrayList<>()).add(each));
        view.abandons().stream().filter(Abandon::done).forEach(each -> givenUp.add(each.session()));
        view.counting().forEach(head -> committed.add(head.body().session()));
        view.dead().forEach(head -> committed.add(head.body().session()));
        view.undecided().forEach(head -> undecided.add(head.body().session()));
    }

    /** As it will be when these sessions are given up. */
    Sight without(Set<Uid> sessions) {
        Sight sight = new Sight(candidates, view);
        sight.givenUp.addAll(sessions);
        return sight;
    }

    SnapshotCatalog.View view() {
        return view;
    }

    /** The snapshots that are live, whether they count or are undecided. */
    List<SnapshotHead> live() {
        List<SnapshotHead> live = new ArrayList<>(view.counting());
        live.addAll(view.undecided());
        return live;
    }

    /** Whether a snapshot is dead because its session was given up, and not because it was removed. */
    boolean isGivenUp(Uid session) {
        return givenUp.contains(session);
    }

    /** Whether nothing will be committed under this session any more that was not: nobody has to wait for it. */
    boolean isOver(Uid session) {
        return isDead(session) || undecided.contains(session);
    }

    private boolean isDead(Uid session) {
        return givenUp.contains(session) || committed.contains(session);
    }

    /** Whether a person has to say what becomes of its snapshot. */
    boolean isUndecided(Uid session) {
        return undecided.contains(session);
    }

    /** Whether any candidate of it is there. */
    boolean shows(Uid session) {
        return shown.containsKey(session);
    }

    /** All sessions of which a candidate is there, those first that have waited longest. */
    List<Session> sessions() {
        return shown.keySet().stream().map(this::session).sorted(Comparator.comparing(Session::announced)).toList();
    }

    /** Those that may still commit. */
    List<Session> openWriters() {
        return sessions().stream().filter(session -> session.writes() && !session.isOver()).toList();
    }

    /** Candidates that are of use: what they name is live. */
    List<Candidate> liveCandidates() {
        return shown.entrySet()
                .stream()
                .filter(each -> !isDead(each.getKey()))
                .flatMap(each -> each.getValue().stream())
                .map(Shown::candidate)
                .toList();
    }

    /** Candidates of sessions that have committed or were given up. */
    List<Shown> deadCandidates() {
        return shown.entrySet()
                .stream()
                .filter(each -> isDead(each.getKey()))
                .flatMap(each -> each.getValue().stream())
                .toList();
    }

    /** When the first session announced itself that may still put packs; empty if there is none. */
    Optional<Instant> firstAnnounced() {
        return openWriters().stream().map(Session::announced).min(Comparator.naturalOrder());
    }

    private Session session(Uid uid) {
        List<Shown> candidates = shown.getOrDefault(uid, List.of());
        Candidate first = candidates.getFirst().candidate();
        boolean writes = candidates.stream().anyMatch(each -> each.candidate().step() != Candidate.Step.READING);
        Instant announced = candidates.stream().map(Shown::stamped).min(Comparator.naturalOrder()).orElseThrow();
        Instant heard = candidates.stream().map(Shown::stamped).max(Comparator.naturalOrder()).orElseThrow();
        return new Session(uid, first.host(), first.purpose(), writes, announced, heard, fate(uid));
    }

    private Session.Fate fate(Uid uid) {
        if (givenUp.contains(uid)) {
            return Session.Fate.GIVEN_UP;
        }
        if (undecided.contains(uid)) {
            return Session.Fate.UNDECIDED;
        }
        return committed.contains(uid) ? Session.Fate.COMMITTED : Session.Fate.OPEN;
    }
}
