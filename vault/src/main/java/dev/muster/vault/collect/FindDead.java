// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.fault.Fault;
import dev.muster.store.Store;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollView;
import dev.muster.vault.seal.FrameOpener;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.tree.TreeRoot;
import dev.muster.vault.wal.Leftovers;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.Lineages;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what nothing in the repository needs. */
final class FindDead {

    /** Two stamps that are closer than this may be of the other order. */
    private static final Duration STAMPS_APART_MIN = Duration.ofMinutes(5);

    private final Store store;
    private final FrameOpener opener;
    private final WalArchive wal;
    private final CollectProgress progress;

    FindDead(Store store, FrameOpener opener, WalArchive wal, CollectProgress progress) {
        this.store = store;
        this.opener = opener;
        this.wal = wal;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param dead in the order in which it is to be deleted
     * @param young packs that nothing reaches yet, and that an open session may have put
     * @param notices what could not be judged and stays for that
     */
    record Found(List<Dead> dead, Amount young, List<String> notices) {}

    /**
     * Finds it.
     *
     * @param inventory listed before the sight was taken: what it shows was put by sessions that the sight shows
     * @param scratch a directory for what does not fit into memory
     */
    Found find(Inventory inventory, Sight sight, Path scratch) throws IOException, InterruptedException {
        List<Dead> dead = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (Shown shown : sight.deadCandidates()) {
            dead.add(new Dead(shown.key(), inventory.bytesOf(shown.key()), Why.CLOSED));
        }
        for (SnapshotHead head : sight.view().dead()) {
            ObjectKey key = ObjectKeys.of(Kind.SNAPSHOT, head.body().session(), head.id());
            Why why = sight.isGivenUp(head.body().session()) ? Why.GIVEN_UP : Why.REMOVED;
            dead.add(new Dead(key, inventory.bytesOf(key), why));
        }
        ranges(sight, dead, notices);
        Amount young = packs(inventory, sight, scratch, dead);
        return new Found(dead, young, notices);
    }

    private void ranges(Sight sight, List<Dead> dead, List<String> notices) throws InterruptedException {
        Lineages lineages = wal.lineages();
        LookAround.requireReadable(List.copyOf(lineages.unreadable().values()));
        Map<Uid, List<Need>> needs = Need.all(sight);
        RollView roll = sight.view().roll();
        for (Lineage lineage : lineages.known()) {
            List<Need> ofLineage = needs.getOrDefault(lineage.incarnation(), List.of());
            wal.leftovers(lineage, WalCover.released(roll, lineage.incarnation()), span -> isNeeded(span, ofLineage),
                    new Leftovers() {
                        @Override
                        public void found(ObjectKey range, long bytes, boolean isReleased) {
                            dead.add(new Dead(range, bytes, isReleased ? Why.RELEASED : Why.REPLACED));
                        }

                        @Override
                        public void unreadable(String key, Fault why) {
                            notices.add(key + " stays, since its head cannot be read: " + why.what());
                        }
                    });
        }
    }

    private static boolean isNeeded(WalSpan span, List<Need> needs) {
        return needs.stream().anyMatch(need -> need.overlaps(span));
    }

    /** Packs of maps come before those of data: a map without its data would be of no use, the other way round it is whole. */
    private Amount packs(Inventory inventory, Sight sight, Path scratch, List<Dead> dead)
            throws IOException, InterruptedException {
        Optional<Instant> openFrom = sight.firstAnnounced().map(first -> first.minus(STAMPS_APART_MIN));
        Amount young = Amount.NOTHING;
        List<Dead> data = new ArrayList<>();
        try (Reach reach = new Reach(store, opener, scratch)) {
            follow(sight, reach);
            for (var each : inventory.packs().entrySet()) {
                Inventory.Pack pack = each.getValue();
                if (reach.has(each.getKey())) {
                    continue;
                }
                if (openFrom.isPresent() && !pack.stamped().isBefore(openFrom.get())) {
                    young = young.and(pack.bytes());
                    continue;
                }
                Dead found = new Dead(ObjectKeys.of(pack.kind(), each.getKey()), pack.bytes(), Why.UNREACHED);
                (pack.kind() == Kind.MAP ? dead : data).add(found);
            }
        }
        dead.addAll(data);
        return young;
    }

    private void follow(Sight sight, Reach reach) throws InterruptedException {
        Map<TreeRoot, String> roots = new LinkedHashMap<>();
        for (SnapshotHead head : sight.live()) {
            roots.put(head.body().table(), head.toString());
        }
        for (Candidate candidate : sight.liveCandidates()) {
            String whose = "a session of " + candidate.host() + " (" + candidate.purpose() + ")";
            candidate.roots().forEach(root -> roots.putIfAbsent(root, whose));
        }
        long done = 0;
        for (Map.Entry<TreeRoot, String> root : roots.entrySet()) {
            progress.at(CollectProgress.Part.FOLLOWING, done++, roots.size());
            reach.follow(root.getKey(), root.getValue());
        }
        progress.at(CollectProgress.Part.FOLLOWING, done, roots.size());
    }

    /** For messages of a scratch directory that cannot be used. */
    static VaultFault.StateUnusable unusable(Path scratch, Exception why) {
        return new VaultFault.StateUnusable("the scratch space of gc", scratch.toString(), why);
    }
}
