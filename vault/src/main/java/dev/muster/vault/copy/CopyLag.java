// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far a copy is behind its original, by the names of objects alone.
 *
 * @param begun whether there is anything of a repository at the copy
 * @param snapshotsMissing at the copy
 * @param walBytesMissing of each history, also in its middle
 * @param since when the oldest of what is missing was put, by the original's store; empty if nothing is
 */
public record CopyLag(boolean begun, int snapshotsMissing, long walBytesMissing, Optional<Instant> since) {

    /** Compares the two as they are. */
    public static CopyLag between(Store original, Store copy) throws InterruptedException {
        boolean[] begun = {false};
        copy.list(Prefix.of(Kind.CHARTER.prefix() + "/"), _ -> begun[0] = true);
        Set<String> snapshots = new HashSet<>();
        copy.list(Prefix.of(Kind.SNAPSHOT.prefix() + "/"), blob -> snapshots.add(blob.key().value()));
        Behind behind = new Behind(snapshots, covers(copy));
        original.list(Prefix.of(Kind.SNAPSHOT.prefix() + "/"), behind::snapshot);
        original.list(Prefix.of(Kind.WAL.prefix() + "/"), behind::wal);
        return new CopyLag(begun[0], behind.missingSnapshots, behind.missingWalBytes(), behind.since);
    }

    /** Nothing is missing. */
    public boolean isNone() {
        return begun && since.isEmpty();
    }

    /** What is there of each history: a range may be missing in its middle. */
    private static Map<Uid, WalCover> covers(Store store) throws InterruptedException {
        Map<Uid, List<WalSpan>> spans = new HashMap<>();
        store.list(Prefix.of(Kind.WAL.prefix() + "/"), blob -> range(blob).ifPresent(
                range -> spans.computeIfAbsent(range.incarnation(), _ -> new ArrayList<>()).add(span(range))));
        return spans.entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> WalCover.of(each.getValue())));
    }

    /** What of the original is not at the copy. */
    private static final class Behind {

        private final Set<String> snapshotsThere;
        private final Map<Uid, WalCover> walThere;
        private final Map<Uid, List<WalSpan>> walMissing = new HashMap<>();
        private int missingSnapshots;
        private Optional<Instant> since = Optional.empty();

        Behind(Set<String> snapshotsThere, Map<Uid, WalCover> walThere) {
            this.snapshotsThere = snapshotsThere;
            this.walThere = walThere;
        }

        void snapshot(BlobInfo blob) {
            if (!snapshotsThere.contains(blob.key().value())) {
                missingSnapshots++;
                missing(blob);
            }
        }

        void wal(BlobInfo blob) {
            range(blob).filter(range -> !there(range).contains(span(range))).ifPresent(range -> {
                walMissing.computeIfAbsent(range.incarnation(), _ -> new ArrayList<>()).add(span(range));
                missing(blob);
            });
        }

        private WalCover there(ObjectKey.Wal range) {
            return walThere.getOrDefault(range.incarnation(), WalCover.NOTHING);
        }

        long missingWalBytes() {
            return walMissing.entrySet()
                    .stream()
                    .mapToLong(each -> WalCover.of(each.getValue())
                            .minus(walThere.getOrDefault(each.getKey(), WalCover.NOTHING))
                            .bytes())
                    .sum();
        }

        private void missing(BlobInfo blob) {
            since = since.filter(before -> before.isBefore(blob.storeTime())).or(() -> Optional.of(blob.storeTime()));
        }
    }

    private static WalSpan span(ObjectKey.Wal range) {
        return new WalSpan(range.start(), range.end());
    }

    private static Optional<ObjectKey.Wal> range(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value())
                .filter(ObjectKey.Wal.class::isInstance)
                .map(ObjectKey.Wal.class::cast);
    }
}
