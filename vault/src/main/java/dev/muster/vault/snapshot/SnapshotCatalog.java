// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.Roll;
import dev.muster.vault.roll.RollView;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Shelf;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The snapshots of a repository. Each object is read once. Thread-safe. */
public final class SnapshotCatalog {

    private final Roll roll;
    private final Uid instance;
    private final Shelf<SnapshotHead> snapshots;
    private final Shelf<Abandon> abandons;

    /** @param instance of the repository, from its charter: what another gave up says nothing here */
    public SnapshotCatalog(Statements statements, Uid instance, Roll roll) {
        this.roll = roll;
        this.instance = instance;
        this.snapshots = new Shelf<>(statements, Kind.SNAPSHOT, SnapshotHead::of);
        this.abandons = new Shelf<>(statements, Kind.ABANDON, this::abandon);
    }

    /**
     * What is in a repository.
     *
     * @param counting the recovery points, newest first
     * @param undecided their sessions are being given up: not to be relied on, not to be deleted
     * @param dead of sessions that were given up, or removed: gc takes them
     * @param refused objects that look like snapshots, abandons or entries of the roll and are none
     * @param abandons what was said of sessions that are given up
     * @param vanished whether one was listed and gone before it was read
     * @param roll as it was read with them
     */
    public record View(List<SnapshotHead> counting, List<SnapshotHead> undecided, List<SnapshotHead> dead,
            List<VaultFault> refused, List<Abandon> abandons, boolean vanished, RollView roll) {

        public View {
            counting = List.copyOf(counting);
            undecided = List.copyOf(undecided);
            dead = List.copyOf(dead);
            refused = List.copyOf(refused);
            abandons = List.copyOf(abandons);
        }

        /** The ids of those that are on the roll, were never removed, and are not there. */
        public List<Digest> missing() {
            Set<Digest> there = new HashSet<>();
            for (List<SnapshotHead> heads : List.of(counting, undecided, dead)) {
                heads.forEach(head -> there.add(head.id()));
            }
            return roll.present().stream().filter(id -> !there.contains(id)).toList();
        }

        /** Those that count and are not on the roll: their writers ended between commit and roll. */
        public List<SnapshotHead> unjournaled() {
            return counting.stream().filter(head -> !roll.isPresent(head.id())).toList();
        }
    }

    /** Reads it as it is now. */
    public View read() throws InterruptedException {
        Survey<SnapshotHead> heads = snapshots.survey();
        Survey<Abandon> given = abandons.survey();
        RollView rollView = roll.read();
        Set<Uid> abandoned = new HashSet<>();
        Set<Uid> abandoning = new HashSet<>();
        given.said().forEach(each -> (each.done() ? abandoned : abandoning).add(each.session()));
        given.refused().stream().filter(Outcome.Refused::perhapsAuthentic).forEach(each -> add(each, abandoning));
        List<SnapshotHead> counting = new ArrayList<>();
        List<SnapshotHead> undecided = new ArrayList<>();
        List<SnapshotHead> dead = new ArrayList<>();
        for (SnapshotHead head : heads.said()) {
            Uid session = head.body().session();
            if (abandoned.contains(session) || rollView.isRemoved(head.id())) {
                dead.add(head);
            } else {
                (abandoning.contains(session) ? undecided : counting).add(head);
            }
        }
        List<VaultFault> refused = new ArrayList<>(rollView.refused());
        heads.refused().forEach(each -> refused.add(each.why()));
        given.refused().forEach(each -> refused.add(each.why()));
        counting.sort(newestFirst());
        undecided.sort(newestFirst());
        return new View(counting, undecided, dead, refused, given.said(), heads.vanished(), rollView);
    }

    /** One snapshot, whether it counts or not; empty if it is not there. */
    public Optional<SnapshotHead> find(ObjectKey.OfSession key) throws InterruptedException {
        return snapshots.survey().said().stream().filter(head -> head.id().equals(key.digest())).findFirst();
    }

    private Abandon abandon(Statement statement) {
        Abandon abandon = Abandon.of(statement);
        if (!abandon.instance().equals(instance)) {
            throw new VaultFault.Untrusted("of another instance of the repository", statement.key().value());
        }
        return abandon;
    }

    private static void add(Outcome.Refused<Abandon> refused, Set<Uid> sessions) {
        if (ObjectKeys.parse(refused.key().value()).orElse(null) instanceof ObjectKey.OfSession key) {
            sessions.add(key.session());
        }
    }

    private static Comparator<SnapshotHead> newestFirst() {
        return Comparator.comparing((SnapshotHead head) -> head.body().completed())
                .thenComparing(SnapshotHead::id)
                .reversed();
    }
}
