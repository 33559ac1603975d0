// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.index.BlockIndex;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.statement.Statements;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which blocks are known: those of the index, and those of this session, which become part of the index by and by. Workers
 * ask it side by side, and any thread tells what is durable; only the {@link Mapper} lists, and whoever closes the session
 * once that has ended.
 */
final class IndexKeeper {

    private static final List<Kind> PACK_KINDS = List.of(Kind.DATA, Kind.MAP);
    /** The first index object of data is due when so much of a pack's length is durable. */
    private static final int FIRST_SHARE = 4;

    @FunctionalInterface
    private interface Listing {
        void list(Kind kind, Unlisted.Batch batch) throws InterruptedException;
    }

    private final BlockIndex index;
    private final Statements statements;
    private final AdoptedPacks adopted;
    private final Map<Digest, PendingFrame> pending = new ConcurrentHashMap<>();
    private final Map<Digest, BlockRef> ownMaps = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final Unlisted data;
    private final Unlisted maps;

    /** @param packBytes length that packs of the repository aim at */
    IndexKeeper(BlockIndex index, Statements statements, AdoptedPacks adopted, InstantSource clock, int packBytes) {
        this.index = index;
        this.statements = statements;
        this.adopted = adopted;
        this.clock = clock;
        Instant now = clock.instant();
        this.data = new Unlisted(packBytes / FIRST_SHARE, now);
        // A level of a tree is a pack, however small: the levels of one capture wait for each other.
        this.maps = new Unlisted(packBytes, now);
    }

    /** A new block of this session that no index object lists yet. */
    Optional<PendingFrame> pending(Digest id) {
        return Optional.ofNullable(pending.get(id));
    }

    /** Notes that a block is new, unless another worker was first with the same one. */
    Optional<PendingFrame> begin(PendingFrame frame) {
        return Optional.ofNullable(pending.putIfAbsent(frame.id(), frame));
    }

    /** A block of the repository; its pack must be there when the snapshot is committed. */
    Optional<BlockRef> adopt(Kind kind, Digest id) {
        Optional<BlockRef> found = index.find(kind, id);
        found.ifPresent(ref -> adopted.add(kind, ref, index.packLength(ref.pack())));
        return found;
    }

    /**
     * Adopts a block that an older snapshot refers to.
     *
     * @return whether it may be adopted
     */
    boolean adopt(BlockRef ref) {
        boolean allowed = !index.exclusions().has(ref);
        if (allowed) {
            adopted.add(Kind.DATA, ref, index.packLength(ref.pack()));
        }
        return allowed;
    }

    /** A map block of the repository or of this session. */
    Optional<BlockRef> adoptMap(Digest id) {
        BlockRef own = ownMaps.get(id);
        return own != null ? Optional.of(own) : adopt(Kind.MAP, id);
    }

    /** A pack of this session is durable. */
    void durable(Kind kind, IndexedPack pack, List<BlockRef> blocks) {
        adopted.own(kind, pack);
        if (kind == Kind.MAP) {
            blocks.forEach(block -> ownMaps.put(block.id(), block));
        }
        unlisted(kind).add(pack, blocks, clock.instant());
    }

    /** Lists what it is time to list. */
    void listDue() throws InterruptedException {
        for (Kind kind : PACK_KINDS) {
            Optional<Unlisted.Batch> due = unlisted(kind).due(clock.instant());
            while (due.isPresent()) {
                list(kind, due.get());
                due = unlisted(kind).due(clock.instant());
            }
        }
    }

    /** Lists all that is durable. */
    void listAll() throws InterruptedException {
        listAll(this::list);
    }

    /** Whether an index object lists every pack of this session that is durable. */
    boolean hasListedAll() {
        return PACK_KINDS.stream().allMatch(kind -> unlisted(kind).isEmpty());
    }

    /** Lists all that is durable for the next session; this one has ended and looks for nothing any more. */
    void leave() throws InterruptedException {
        listAll((kind, batch) -> {
            put(object(kind, batch));
            unlisted(kind).listed(batch);
        });
    }

    private void listAll(Listing listing) throws InterruptedException {
        for (Kind kind : PACK_KINDS) {
            Optional<Unlisted.Batch> next = unlisted(kind).next();
            while (next.isPresent()) {
                listing.list(kind, next.get());
                next = unlisted(kind).next();
            }
        }
    }

    private void list(Kind kind, Unlisted.Batch batch) throws InterruptedException {
        IndexObject object = object(kind, batch);
        index.add(put(object), object);
        batch.blocks().forEach(block -> {
            pending.remove(block.id());
            ownMaps.remove(block.id());
        });
        unlisted(kind).listed(batch);
    }

    private static IndexObject object(Kind kind, Unlisted.Batch batch) {
        return new IndexObject(kind, List.of(), batch.packs(), batch.distinct());
    }

    private Digest put(IndexObject object) throws InterruptedException {
        return statements.put(Kind.INDEX, digest -> ObjectKeys.of(Kind.INDEX, digest), object.encode()).digest();
    }

    private Unlisted unlisted(Kind kind) {
        return kind == Kind.MAP ? maps : data;
    }
}
