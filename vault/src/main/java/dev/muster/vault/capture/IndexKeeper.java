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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which blocks are known: those of the index, and those of this session, which become part of the index by and by. Workers
 * ask it side by side; what is durable is told by the {@link Mapper} alone.
 */
final class IndexKeeper {

    /** As often at least an index object is put (docs/format.md, section 9, step 3). */
    static final int BLOCKS_MAX = 65_536;
    static final int PACKS_MAX = 64;

    private final BlockIndex index;
    private final Statements statements;
    private final AdoptedPacks adopted;
    private final Map<Digest, PendingFrame> pending = new ConcurrentHashMap<>();
    private final Map<Digest, BlockRef> ownMaps = new ConcurrentHashMap<>();
    private final Map<Kind, Unlisted> unlisted = new EnumMap<>(Kind.class);

    IndexKeeper(BlockIndex index, Statements statements, AdoptedPacks adopted) {
        this.index = index;
        this.statements = statements;
        this.adopted = adopted;
        unlisted.put(Kind.DATA, new Unlisted());
        unlisted.put(Kind.MAP, new Unlisted());
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
    void durable(Kind kind, IndexedPack pack, List<BlockRef> blocks) throws InterruptedException {
        adopted.own(pack.digest());
        if (kind == Kind.MAP) {
            blocks.forEach(block -> ownMaps.put(block.id(), block));
        }
        Unlisted some = unlisted.getOrDefault(kind, new Unlisted());
        if (some.blocks.size() + blocks.size() > BLOCKS_MAX) {
            list(kind);
        }
        some.packs.add(pack);
        some.blocks.addAll(blocks);
        if (some.packs.size() >= PACKS_MAX || some.blocks.size() >= BLOCKS_MAX) {
            list(kind);
        }
    }

    /** Lists all that is durable. */
    void listAll() throws InterruptedException {
        list(Kind.DATA);
        list(Kind.MAP);
    }

    private void list(Kind kind) throws InterruptedException {
        Unlisted some = unlisted.getOrDefault(kind, new Unlisted());
        if (some.packs.isEmpty()) {
            return;
        }
        IndexObject object = new IndexObject(kind, List.of(), some.packs, some.distinct());
        Digest put = statements.put(Kind.INDEX, digest -> ObjectKeys.of(Kind.INDEX, digest), object.encode()).digest();
        index.add(put, object);
        some.blocks.forEach(block -> {
            pending.remove(block.id());
            ownMaps.remove(block.id());
        });
        some.packs.clear();
        some.blocks.clear();
    }

    private static final class Unlisted {

        private final List<IndexedPack> packs = new ArrayList<>();
        private final List<BlockRef> blocks = new ArrayList<>();

        /** Two lanes may have got the same block in a race: an index object has each id once. */
        List<BlockRef> distinct() {
            Map<Digest, BlockRef> first = new ConcurrentHashMap<>();
            blocks.forEach(block -> first.putIfAbsent(block.id(), block));
            return List.copyOf(first.values());
        }
    }
}
