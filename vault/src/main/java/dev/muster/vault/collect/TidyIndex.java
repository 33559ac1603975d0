// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.vault.index.Exclusions;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts index objects that say the same without packs that are gone, and few large ones for many small ones. What replaces others
 * is durable before they go: a writer that reads meanwhile starts over, or finds both.
 */
final class TidyIndex {

    /** Fewer small ones are left alone. */
    static final int SMALL_OBJECTS_MIN = 32;
    /** An object of fewer bytes is small: some 10,000 blocks. */
    static final long SMALL_BYTES_MAX = 512 << 10;

    private static final int MERGED_BLOCKS_MAX = 262_144;
    private static final int MERGED_PACKS_MAX = 16_384;

    private final Store store;
    private final Statements statements;
    private final CollectProgress progress;
    private final Map<Kind, Group> groups = new EnumMap<>(Kind.class);
    private final List<String> notices = new ArrayList<>();
    private Exclusions exclusions = Exclusions.none();
    private int fewer;
    private boolean vanished;

    TidyIndex(Store store, Statements statements, CollectProgress progress) {
        this.store = store;
        this.statements = statements;
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param fewer how many objects there are fewer
     * @param notices what could not be read, and may name packs that are gone
     * @param whole whether every index object was read: another gc may put some meanwhile
     */
    record Tidied(int fewer, List<String> notices, boolean whole) {}

    /** How many objects are small. */
    static int small(Statements statements) throws InterruptedException {
        return (int) statements.list(Kind.INDEX).stream().filter(blob -> blob.length() < SMALL_BYTES_MAX).count();
    }

    /** @param gone packs that do not exist any more and are not to be named */
    Tidied run(Set<Digest> gone) throws InterruptedException {
        exclusions = Exclusions.read(statements);
        List<BlobInfo> listed = statements.list(Kind.INDEX);
        boolean merges = small(listed) >= SMALL_OBJECTS_MIN;
        long done = 0;
        for (BlobInfo blob : listed) {
            progress.at(CollectProgress.Part.INDEXING, done++, listed.size());
            boolean small = merges && blob.length() < SMALL_BYTES_MAX;
            if (small || !gone.isEmpty()) {
                tidy(blob, small, gone);
            }
        }
        for (Group group : groups.values()) {
            replace(group);
        }
        return new Tidied(fewer, notices, notices.isEmpty() && !vanished);
    }

    private static long small(List<BlobInfo> listed) {
        return listed.stream().filter(blob -> blob.length() < SMALL_BYTES_MAX).count();
    }

    private void tidy(BlobInfo blob, boolean small, Set<Digest> gone) throws InterruptedException {
        switch (statements.read(Kind.INDEX, blob, TidyIndex::interpret)) {
            case Outcome.Vanished<Read> _ -> vanished = true;
            case Outcome.Refused<Read> refused ->
                notices.add(blob.key() + " stays, since it cannot be read: " + refused.why().what());
            case Outcome.Said<Read>(Read read) -> {
                boolean names = read.object.packs().stream().anyMatch(pack -> gone.contains(pack.digest()));
                if (small || names) {
                    take(read, gone);
                }
            }
        }
    }

    private void take(Read read, Set<Digest> gone) throws InterruptedException {
        Kind kind = read.object.packKind();
        Group group = groups.computeIfAbsent(kind, Group::new);
        if (!group.takes(read.object)) {
            replace(group);
            group = new Group(kind);
            groups.put(kind, group);
        }
        group.add(read, gone, exclusions);
    }

    private void replace(Group group) throws InterruptedException {
        boolean changes = group.replaced.size() > 1 || group.loses;
        if (!changes) {
            return;
        }
        if (!group.packs.isEmpty()) {
            statements.put(Kind.INDEX, digest -> ObjectKeys.of(Kind.INDEX, digest), group.merged().encode());
            fewer--;
        }
        for (Digest old : group.replaced) {
            store.delete(Key.of(ObjectKeys.of(Kind.INDEX, old).value()));
            fewer++;
        }
    }

    private record Read(Digest digest, IndexObject object) {}

    private static Read interpret(Statement statement) {
        IndexObject object = statement.decode(IndexObject::decode);
        if (!object.supersedes().isEmpty()) {
            statement.requireRole("that an index object supersedes another", Role.REAP, Role.OWNER);
        }
        return new Read(statement.key().digest(), object);
    }

    /** Index objects that become one. */
    private static final class Group {

        private final Kind kind;
        private final Set<Digest> replaced = new HashSet<>();
        private final Map<Digest, IndexedPack> packs = new HashMap<>();
        private final Map<Digest, BlockRef> blocks = new HashMap<>();
        private boolean loses;

        Group(Kind kind) {
            this.kind = kind;
        }

        boolean takes(IndexObject object) {
            return replaced.isEmpty() || (blocks.size() + object.blocks().size() <= MERGED_BLOCKS_MAX
                    && packs.size() + object.packs().size() <= MERGED_PACKS_MAX
                    && replaced.size() < MERGED_PACKS_MAX);
        }

        void add(Read read, Set<Digest> gone, Exclusions exclusions) {
            replaced.add(read.digest);
            for (IndexedPack pack : read.object.packs()) {
                if (gone.contains(pack.digest())) {
                    loses = true;
                } else {
                    packs.put(pack.digest(), pack);
                }
            }
            read.object.blocks()
                    .stream()
                    .filter(block -> !gone.contains(block.pack()))
                    .forEach(block -> blocks.merge(block.id(), block,
                            (one, other) -> better(one, other, exclusions)));
        }

        /** As the local index chooses: what may be adopted, then the smallest pack. */
        private static BlockRef better(BlockRef one, BlockRef other, Exclusions exclusions) {
            if (exclusions.has(one) != exclusions.has(other)) {
                return exclusions.has(one) ? other : one;
            }
            return one.pack().compareTo(other.pack()) <= 0 ? one : other;
        }

        IndexObject merged() {
            return new IndexObject(kind, List.copyOf(replaced), List.copyOf(packs.values()),
                    new ArrayList<>(blocks.values()));
        }
    }
}
