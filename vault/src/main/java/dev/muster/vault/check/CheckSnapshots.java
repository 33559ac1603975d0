// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.StoreException;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalCoverage;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.Part;
import dev.muster.vault.tree.TreeReader;
import java.util.Optional;

/** Follows snapshots down to their blocks and asks for the WAL that they need. */
final class CheckSnapshots {

    private final TreeReader trees;
    private final WalCoverage wal;
    private final PlaceSet places;
    private final Findings findings;
    private final Tally tally;

    /** @param places of all frames that are sound */
    CheckSnapshots(TreeReader trees, WalCoverage wal, PlaceSet places, Findings findings, Tally tally) {
        this.trees = trees;
        this.wal = wal;
        this.places = places;
        this.findings = findings;
        this.tally = tally;
    }

    void follow(SnapshotHead head) throws InterruptedException {
        tally.snapshots.incrementAndGet();
        try {
            trees.entries(head.body().table(), entry -> follow(head, entry));
        } catch (VaultFault | StoreException e) {
            findings.damage(keyOf(head), "its files cannot all be listed: " + e.getMessage());
            findings.touches(keyOf(head), head + ": files that could not be listed");
        }
        for (WalNeed need : head.body().needs()) {
            need(head, need);
        }
    }

    private void follow(SnapshotHead head, FileEntry entry) throws InterruptedException {
        try {
            trees.parts(entry, 0, (_, part) -> {
                if (part instanceof Part.Block block) {
                    tally.blocks.incrementAndGet();
                    require(head, entry, block.ref());
                }
                return true;
            });
        } catch (VaultFault | StoreException e) {
            findings.damage(keyOf(head) + " " + entry.path(), "its blocks cannot be listed: " + e.getMessage());
            findings.touches(keyOf(head) + " " + entry.path(), head + ": " + entry.path());
        }
    }

    private void require(SnapshotHead head, FileEntry entry, BlockRef ref) {
        if (places.contains(ref)) {
            return;
        }
        String pack = ObjectKeys.of(Kind.DATA, ref.pack()).value();
        if (findings.isBad(ref.pack())) {
            findings.touches(pack, head + ": " + entry.path());
        } else {
            String place = pack + " at " + ref.offset();
            findings.damage(place, "a snapshot needs this frame, and it is not there as it was written");
            findings.touches(place, head + ": " + entry.path());
        }
    }

    private void need(SnapshotHead head, WalNeed need) throws InterruptedException {
        Optional<String> missing = wal.missing(need);
        if (missing.isPresent()) {
            findings.damage(keyOf(head) + " WAL", "WAL that it needs is missing: " + missing.get());
            findings.touches(keyOf(head) + " WAL", head + ": all of it");
        } else {
            tally.walBytes.addAndGet(need.end() - need.start());
        }
    }

    private static String keyOf(SnapshotHead head) {
        return ObjectKeys.of(Kind.SNAPSHOT, head.body().session(), head.id()).value();
    }
}
