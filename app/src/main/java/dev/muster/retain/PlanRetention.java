// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.restore.BackupPoint;
import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.postgres.restore.Recoverable;
import dev.muster.postgres.restore.RecoveryWindow;
import dev.muster.postgres.restore.WalHistory;
import dev.muster.store.Store;
import dev.muster.system.RetentionPolicy;
import dev.muster.vault.Vault;
import dev.muster.vault.collect.Pins;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out what retention would do to a system. Nothing is changed; heads are read, no data. */
public final class PlanRetention {

    private final Vault vault;
    private final Store store;
    private final WalArchive archive;

    /**
     * @param store that the vault is in
     * @param archive of the same repository
     */
    public PlanRetention(Vault vault, Store store, WalArchive archive) {
        this.vault = vault;
        this.store = store;
        this.archive = archive;
    }

    /**
     * Plans.
     *
     * @throws dev.muster.vault.object.VaultFault.Uncollectable if anything cannot be read, or must be there and is not
     */
    public RetentionPlan plan(String system, RetentionPolicy policy) throws InterruptedException {
        Pins pins = vault.pins();
        Recoverable recoverable = new ReadRecoverable(vault, archive).read(system);
        Proven proven = Proven.read(vault.proofs(), system);
        Look look = new Look(system, pins, recoverable, new ArrayList<>());
        Standing standing = new Standing(store.now(), look.stretches(), look.since(), look.holds(), proven,
                look.last());
        Decisions decisions = Decide.decide(policy, standing, look.snapshots(store.capabilities().storeTimes()));
        List<LogDecision> log = decisions.windowFrom()
                .map(from -> look.log(decisions, from))
                .orElse(List.of());
        return new RetentionPlan(system, policy, decisions, log, proven.areRecorded(),
                Pause.in(pins.view().roll().committed()),
                Stream.of(decisions.warnings(), look.warnings, proven.warnings()).flatMap(List::stream).toList());
    }

    /** What was seen of one system. */
    private record Look(String system, Pins pins, Recoverable recoverable, List<String> warnings) {

        List<Snapshot> snapshots(boolean stampsAreTheirOwn) {
            Set<String> restorable = recoverable.windows()
                    .stream()
                    .flatMap(window -> window.points().stream())
                    .map(BackupPoint::id)
                    .collect(Collectors.toSet());
            return own().map(head -> {
                boolean isLost = head.body().source().kind().equals(TakeBaseBackup.KIND)
                        && !restorable.contains(head.id().hex());
                return new Snapshot(head.id().hex(), head.component(), head.body().completed(),
                        Optional.of(head.stored()).filter(_ -> stampsAreTheirOwn), head.body().tags(),
                        Optional.of("not all that it needs is there: 'muster repo check'").filter(_ -> isLost),
                        backup(head));
            }).toList();
        }

        private Stream<SnapshotHead> own() {
            return pins.view().counting().stream().filter(head -> head.system().equals(system));
        }

        List<Stretch> stretches() {
            return recoverable.windows().stream().map(this::stretch).toList();
        }

        private Stretch stretch(RecoveryWindow window) {
            return new Stretch(window.points()
                    .stream()
                    .map(point -> new Stretch.Base(point.id(), point.facts().consistentAt()))
                    .toList(), window.endTime().or(() -> begunBehind(window)));
        }

        /** Where nothing says when the WAL ends, it ends before the next snapshot on it begins. */
        private Optional<Instant> begunBehind(RecoveryWindow window) {
            return recoverable.points()
                    .stream()
                    .filter(point -> point.incarnation().equals(window.history().incarnation())
                            && !point.facts().start().isBefore(window.end()))
                    .map(point -> point.facts().consistentAt())
                    .min(Comparator.naturalOrder());
        }

        Optional<Instant> since() {
            return recoverable.histories()
                    .stream()
                    .filter(history -> !history.isOnlyAnnounced())
                    .map(history -> history.lineage().made())
                    .min(Comparator.naturalOrder());
        }

        Set<String> last() {
            Map<String, Set<Digest>> components = own().collect(
                    Collectors.groupingBy(SnapshotHead::component,
                            Collectors.mapping(SnapshotHead::id, Collectors.toSet())));
            return components.values()
                    .stream()
                    .flatMap(ids -> pins.view().roll().last(ids).stream())
                    .map(Digest::hex)
                    .collect(Collectors.toSet());
        }

        /** Those of snapshots that other systems have are theirs. */
        Map<String, String> holds() {
            Set<String> others = pins.view()
                    .counting()
                    .stream()
                    .filter(head -> !head.system().equals(system))
                    .map(head -> head.id().hex())
                    .collect(Collectors.toSet());
            return pins.view()
                    .roll()
                    .holds()
                    .stream()
                    .filter(hold -> !others.contains(hold.snapshot().hex()))
                    .collect(Collectors.toMap(hold -> hold.snapshot().hex(), RollEvent.Hold::reason,
                            (one, other) -> one + "; " + other));
        }

        List<LogDecision> log(Decisions decisions, Instant windowFrom) {
            Map<Uid, List<WalSpan>> needed = needed(decisions);
            Set<Long> shared = shared();
            List<LogDecision> log = new ArrayList<>();
            for (WalHistory history : recoverable.histories()) {
                Uid incarnation = history.incarnation();
                if (shared.contains(history.lineage().origin().systemIdentifier())) {
                    warnings.add(
                            "WAL of timeline " + history.timeline() + " is not released: snapshots of other systems "
                                    + "in this repository are of the same cluster.");
                    continue;
                }
                List<WalSpan> keeps = new ArrayList<>(needed.getOrDefault(incarnation, List.of()));
                keeps.addAll(unreached(history, windowFrom));
                // What was released and is there yet is neither kept nor released again.
                WalCover released = WalCover.released(pins.view().roll(), incarnation);
                log.add(DecideLog.decide(new HistoryLog(incarnation, history.lineage().origin().timeline(),
                        history.lineage().segmentBytes(), history.first().value(), history.cover(), released), keeps));
            }
            return log;
        }

        /** What snapshots that stay, sessions that run and the window need of each history. */
        private Map<Uid, List<WalSpan>> needed(Decisions decisions) {
            Set<String> expiring =
                    decisions.expiring().stream().map(Snapshot::id).collect(Collectors.toSet());
            Map<Uid, List<WalSpan>> needed = new HashMap<>();
            Stream.concat(pins.view().counting().stream(), pins.view().undecided().stream())
                    .filter(head -> !expiring.contains(head.id().hex()))
                    .flatMap(head -> head.body().needs().stream())
                    .forEach(need -> add(needed, need.incarnation(), need.start(), need.end()));
            pins.bySessions()
                    .forEach((incarnation, cover) -> cover.spans()
                            .forEach(span -> add(needed, incarnation, span.start(), span.end())));
            for (RecoveryWindow window : recoverable.windows()) {
                String base = decisions.bases().get(stretch(window));
                window.points()
                        .stream()
                        .filter(point -> point.id().equals(base))
                        .findFirst()
                        .flatMap(point -> recoverable.reach(point, window.history().incarnation()))
                        .ifPresent(reach -> reach.log()
                                .forEach(need -> add(needed, need.incarnation(), need.start(), need.end())));
            }
            return needed;
        }

        private static void add(Map<Uid, List<WalSpan>> needed, Uid incarnation, long start, long end) {
            if (Long.compareUnsigned(start, end) < 0) {
                needed.computeIfAbsent(incarnation, _ -> new ArrayList<>()).add(new WalSpan(start, end));
            }
        }

        /** WAL that no snapshot leads to and that may be younger than the window: a backup may begin on it. */
        private List<WalSpan> unreached(WalHistory history, Instant windowFrom) {
            Set<Long> ends = new HashSet<>();
            recoverable.windows()
                    .stream()
                    .filter(window -> window.history().equals(history))
                    .forEach(window -> ends.add(window.end().value()));
            return history.cover()
                    .spans()
                    .stream()
                    .filter(span -> !ends.contains(span.end()))
                    .filter(span -> history.timeAt(new Lsn(span.end()))
                            .filter(windowFrom::isAfter)
                            .isEmpty())
                    .toList();
        }

        /** Clusters of which other systems have snapshots too. */
        private Set<Long> shared() {
            Set<Long> shared = new HashSet<>();
            for (SnapshotHead head : pins.view().counting()) {
                if (!head.system().equals(system)) {
                    backup(head).map(Snapshot.Backup::cluster).ifPresent(shared::add);
                }
            }
            return shared;
        }

        private static Optional<Snapshot.Backup> backup(SnapshotHead head) {
            try {
                return BackupFacts.of(head.body().facts())
                        .map(facts -> new Snapshot.Backup(facts.system().value(), facts.consistentAt()));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
    }
}
