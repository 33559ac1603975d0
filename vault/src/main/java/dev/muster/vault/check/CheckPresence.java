// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.roll.Anchor;
import dev.muster.vault.roll.RollView;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSpan;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Whether what must be there is there: by the roll, and by what this host remembers outside of the repository. */
final class CheckPresence {

    private final WalArchive wal;
    private final Findings findings;

    CheckPresence(WalArchive wal, Findings findings) {
        this.wal = wal;
        this.findings = findings;
    }

    void check(SnapshotCatalog.View view, Optional<Anchor> anchor) throws InterruptedException {
        snapshots(view);
        for (Digest parent : view.roll().missingParents()) {
            findings.damage(ObjectKeys.of(Kind.ROLL, parent).value(), "an entry of the roll is named and is not there");
        }
        List<Lineage> lineages = wal.lineages().known();
        Set<Uid> known = new HashSet<>();
        lineages.forEach(lineage -> known.add(lineage.incarnation()));
        view.roll().lineages().stream().filter(begun -> !known.contains(begun)).forEach(lost -> findings.damage(
                "lineage/" + lost.hex(), "a history of WAL was begun and its lineage is not there"));
        if (anchor.isPresent()) {
            remembered(anchor.get(), view.roll());
        }
    }

    private void snapshots(SnapshotCatalog.View view) {
        view.missing().forEach(id -> findings.damage("snapshot " + id.hex().substring(0, 12),
                "was committed, never removed, and is not there"));
        view.undecided().forEach(head -> findings.notice(head.toString(),
                "is undecided: its session is being given up, and it does not count"));
        view.dead().stream().filter(head -> view.roll().isRemoved(head.id())).forEach(head -> findings.notice(
                head.toString(), "was removed and is still, or again, there; it does not count"));
        view.refused().forEach(refused -> findings.damage(refused.subject(), refused.what()));
    }

    private void remembered(Anchor anchor, RollView roll) throws InterruptedException {
        for (Digest head : anchor.lost(roll)) {
            findings.damage(ObjectKeys.of(Kind.ROLL, head).value(),
                    "this host has seen this entry of the roll, and it is gone: the repository is an older state of"
                            + " itself");
        }
        for (Map.Entry<Uid, Long> end : anchor.walEnds().entrySet()) {
            OptionalLong now = wal.cover(end.getKey()).end();
            if (now.isEmpty() || Long.compareUnsigned(now.getAsLong(), end.getValue()) < 0) {
                findings.damage("wal/" + end.getKey().hex(), "this host has seen WAL of this history up to "
                        + WalSpan.lsn(end.getValue()) + ", and now it ends at "
                        + (now.isEmpty() ? "nothing" : WalSpan.lsn(now.getAsLong())));
            }
        }
    }
}
