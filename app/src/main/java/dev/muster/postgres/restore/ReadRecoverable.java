// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what a repository holds of the clusters of a protected system. Only heads are read, never data: a few objects for
 * each snapshot and each history.
 */
public final class ReadRecoverable {

    private final Vault vault;
    private final WalArchive archive;

    /** @param archive of the same repository */
    public ReadRecoverable(Vault vault, WalArchive archive) {
        this.vault = vault;
        this.archive = archive;
    }

    /** What there is now of this system. */
    public Recoverable read(String system) throws InterruptedException {
        return read(system, vault.catalog());
    }

    /** What there is of this system, its snapshots as they were read before. */
    Recoverable read(String system, SnapshotCatalog.View view) throws InterruptedException {
        var notes = new ArrayList<String>();
        if (!view.refused().isEmpty()) {
            notes.add(view.refused().size()
                    + " objects look like snapshots and are none: 'muster repo check' names them.");
        }
        notes.addAll(lost(view));
        var points = new ArrayList<BackupPoint>();
        for (var head : view.counting()) {
            if (head.system().equals(system) && head.body().source().kind().equals(TakeBaseBackup.KIND)) {
                point(head, notes).ifPresent(points::add);
            }
        }
        var lineages = archive.lineages();
        if (!lineages.unreadable().isEmpty()) {
            notes.add(lineages.unreadable().size() + " objects look like histories of WAL and are none: "
                    + "'muster repo check' names them.");
        }
        return new Recoverable(points, histories(lineages.known(), clusters(points), view), notes);
    }

    /** What the repository, or this host, remembers and the repository does not have any more. */
    private List<String> lost(SnapshotCatalog.View view) {
        var notes = new ArrayList<String>();
        view.missing().forEach(id -> notes.add("Snapshot " + BackupPoint.shortId(id.hex())
                + " was committed and never removed, and is not there: 'muster repo check' says what else is missing."));
        if (vault.anchor().read().filter(seen -> !seen.lost(view.roll()).isEmpty()).isPresent()) {
            notes.add(
                    "This host has seen a newer state of the repository: an older copy was put in its place, or objects "
                            + "were removed.");
        }
        return notes;
    }

    private static Optional<BackupPoint> point(SnapshotHead head, List<String> notes) {
        var body = head.body();
        try {
            var facts = BackupFacts.of(body.facts())
                    .orElseThrow(() -> new IllegalArgumentException("it says nothing of its cluster"));
            return Optional.of(new BackupPoint(head.id().hex(), body.completed(), facts, body.needs(),
                    new BackupPoint.Size(body.counts().files(), body.counts().logicalBytes())));
        } catch (IllegalArgumentException e) {
            notes.add("Snapshot " + head.id().hex() + " is left out: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    /** Systems that share a repository are told apart by the clusters that their snapshots are of. */
    private static Set<Long> clusters(List<BackupPoint> points) {
        return points.stream().map(point -> point.facts().system().value()).collect(Collectors.toSet());
    }

    private List<WalHistory> histories(List<Lineage> lineages, Set<Long> clusters, SnapshotCatalog.View view)
            throws InterruptedException {
        var histories = new ArrayList<WalHistory>();
        for (var lineage : lineages) {
            if (clusters.contains(lineage.origin().systemIdentifier())) {
                histories.add(history(lineage, lineages, released(lineage.incarnation(), view)));
            }
        }
        return histories;
    }

    /** What may be gone of a history: released, and no snapshot needs it. */
    private static WalCover released(Uid incarnation, SnapshotCatalog.View view) {
        var needed = Stream.concat(view.counting().stream(), view.undecided().stream())
                .flatMap(head -> head.body().needs().stream())
                .filter(need -> need.incarnation().equals(incarnation) && need.start() != need.end())
                .map(need -> new WalSpan(need.start(), need.end()))
                .toList();
        return WalCover.released(view.roll(), incarnation).minus(WalCover.of(needed));
    }

    private WalHistory history(Lineage lineage, List<Lineage> all, WalCover released) throws InterruptedException {
        var incarnation = lineage.incarnation();
        var cover = archive.cover(incarnation).minus(released);
        var times = new TreeMap<Lsn, Instant>();
        for (var span : cover.spans()) {
            time(incarnation, span.end(), times);
        }
        for (var child : all) {
            var descent = child.descent();
            if (descent.proven() && descent.parent().filter(incarnation::equals).isPresent()
                    && cover.contains(new WalSpan(descent.fork() - 1, descent.fork()))) {
                time(incarnation, descent.fork(), times);
            }
        }
        return new WalHistory(lineage, cover, released, times);
    }

    private void time(Uid incarnation, long position, Map<Lsn, Instant> times) throws InterruptedException {
        archive.timeAtMost(incarnation, position).ifPresent(time -> times.put(new Lsn(position), time));
    }
}
