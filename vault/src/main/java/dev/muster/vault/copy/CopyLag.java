// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far a copy is behind its original, by the names of objects alone.
 *
 * @param begun whether there is anything of a repository at the copy
 * @param snapshotsMissing at the copy
 * @param walBytesMissing beyond the end of each history at the copy
 * @param since when the oldest of what is missing was put, by the original's store; empty if nothing is
 */
public record CopyLag(boolean begun, int snapshotsMissing, long walBytesMissing, Optional<Instant> since) {

    /** Compares the two as they are. */
    public static CopyLag between(Store original, Store copy) throws InterruptedException {
        Look there = Look.at(copy);
        Behind behind = new Behind(there);
        original.list(Prefix.of(Kind.SNAPSHOT.prefix() + "/"), behind::snapshot);
        original.list(Prefix.of(Kind.WAL.prefix() + "/"), behind::wal);
        return new CopyLag(there.begun, behind.snapshots, behind.wal.values().stream().mapToLong(Long::longValue).sum(),
                behind.since);
    }

    /** Nothing is missing. */
    public boolean isNone() {
        return begun && since.isEmpty();
    }

    /** What there is at a copy. */
    private record Look(boolean begun, Set<String> snapshots, Map<Uid, Long> ends) {

        static Look at(Store copy) throws InterruptedException {
            Set<String> snapshots = new HashSet<>();
            Map<Uid, Long> ends = new HashMap<>();
            boolean[] begun = {false};
            copy.list(Prefix.of(Kind.CHARTER.prefix() + "/"), _ -> begun[0] = true);
            copy.list(Prefix.of(Kind.SNAPSHOT.prefix() + "/"), blob -> snapshots.add(blob.key().value()));
            copy.list(Prefix.of(Kind.WAL.prefix() + "/"), blob -> range(blob)
                    .ifPresent(range -> ends.merge(range.incarnation(), range.end(), Look::later)));
            return new Look(begun[0], snapshots, ends);
        }

        private static long later(long one, long other) {
            return Long.compareUnsigned(one, other) < 0 ? other : one;
        }
    }

    /** What of the original is not at the copy. */
    private static final class Behind {

        private final Look there;
        private final Map<Uid, Long> reached;
        private final Map<Uid, Long> wal = new HashMap<>();
        private int snapshots;
        private Optional<Instant> since = Optional.empty();

        Behind(Look there) {
            this.there = there;
            this.reached = new HashMap<>(there.ends);
        }

        void snapshot(BlobInfo blob) {
            if (!there.snapshots.contains(blob.key().value())) {
                snapshots++;
                missing(blob);
            }
        }

        /** In the order of their starts; ranges may overlap. */
        void wal(BlobInfo blob) {
            range(blob).ifPresent(range -> {
                long from = reached.getOrDefault(range.incarnation(), range.start());
                if (Long.compareUnsigned(from, range.end()) < 0) {
                    long begin = Long.compareUnsigned(from, range.start()) < 0 ? range.start() : from;
                    wal.merge(range.incarnation(), range.end() - begin, Long::sum);
                    reached.put(range.incarnation(), range.end());
                    missing(blob);
                }
            });
        }

        private void missing(BlobInfo blob) {
            since = since.filter(before -> before.isBefore(blob.storeTime())).or(() -> Optional.of(blob.storeTime()));
        }
    }

    private static Optional<ObjectKey.Wal> range(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value())
                .filter(ObjectKey.Wal.class::isInstance)
                .map(ObjectKey.Wal.class::cast);
    }
}
