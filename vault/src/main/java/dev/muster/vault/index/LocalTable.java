// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.pack.BlockRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The three files of a local index, which belong together: blocks, packs, and which index objects are included. Not
 * thread-safe; several threads may look up while none changes it.
 */
final class LocalTable {

    private static final long SLOTS_AT_FIRST = 1 << 13;

    private final IndexFiles files;
    private final Set<Digest> unfinished = new HashSet<>();
    private Inclusions inclusions;
    private PackList packs;
    private BlockTable blocks;

    private LocalTable(IndexFiles files, Inclusions inclusions, PackList packs, BlockTable blocks) {
        this.files = files;
        this.inclusions = inclusions;
        this.packs = packs;
        this.blocks = blocks;
    }

    /** Opens what is there if it belongs together, otherwise begins anew. */
    static LocalTable open(IndexFiles files, Uid generation) throws IOException {
        Optional<Inclusions> inclusions = Inclusions.open(files.inclusions());
        if (inclusions.isPresent() && Files.exists(files.packs()) && Files.exists(files.table())) {
            PackList packs = PackList.open(files.packs());
            Optional<BlockTable> blocks = BlockTable.open(files.table(), inclusions.get().generation(), packs);
            if (blocks.isPresent()) {
                return new LocalTable(files, inclusions.get(), packs, blocks.get());
            }
            packs.close();
        }
        if (inclusions.isPresent()) {
            inclusions.get().close();
        }
        PackList packs = PackList.create(files.packs());
        BlockTable blocks = BlockTable.create(files.table(), generation, packs, SLOTS_AT_FIRST);
        return new LocalTable(files, Inclusions.create(files.inclusions(), generation), packs, blocks);
    }

    Optional<BlockRef> find(Kind packKind, Digest id) {
        return blocks.find(id).filter(block -> packs.kind(packs.find(block.pack())) == packKind);
    }

    OptionalInt packLength(Digest pack) {
        int number = packs.find(pack);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(packs.length(number));
    }

    long size() {
        return blocks.entries();
    }

    boolean isWhole(Digest indexObject) {
        return inclusions.isWhole(indexObject);
    }

    /** Begins anew if anything of an index object that is not listed may be in it. */
    void dropUnless(Set<Digest> listed) throws IOException {
        if (listed.containsAll(inclusions.all())) {
            return;
        }
        Uid before = inclusions.generation();
        Uid next = new Uid(before.high(), before.low() + 1);
        long slots = blocks.slots();
        blocks.close();
        packs.close();
        inclusions.close();
        unfinished.clear();
        // First what disowns the others, so that a crash in between leaves files that do not belong together.
        inclusions = Inclusions.create(files.inclusions(), next);
        packs = PackList.create(files.packs());
        blocks = BlockTable.create(files.table(), next, packs, slots);
    }

    /** Says that entries of these index objects may be put from now on. */
    void begin(Collection<Digest> indexObjects) throws IOException {
        inclusions.begin(indexObjects);
    }

    /**
     * Puts what an index object says. Of several places of a block the one that may be adopted stays, then the one in the
     * pack with the smallest digest, so that all writers choose the same.
     */
    void put(Digest digest, IndexObject object, Exclusions exclusions) throws IOException {
        for (IndexedPack pack : object.packs()) {
            packs.add(object.packKind(), pack);
        }
        for (BlockRef block : object.blocks()) {
            if (blocks.isCrowded()) {
                grow();
            }
            Optional<BlockRef> known = blocks.find(block.id());
            if (known.isEmpty() || isBetter(block, known.get(), exclusions)) {
                blocks.put(block);
            }
        }
        unfinished.add(digest);
    }

    /** Makes durable what was put, and says that those index objects are there as a whole. */
    void finish() throws IOException {
        packs.force();
        blocks.force();
        inclusions.finish(unfinished);
        unfinished.clear();
    }

    /** @param keep whether the files are of use to anyone afterwards */
    void close(boolean keep) throws IOException {
        try (var _ = inclusions; var _ = packs; var _ = blocks) {
            if (keep) {
                finish();
                blocks.finish();
            }
        }
    }

    private void grow() throws IOException {
        BlockTable larger =
                BlockTable.create(files.newTable(), inclusions.generation(), packs, 2 * blocks.slots());
        larger.copyFrom(blocks);
        packs.force();
        larger.force();
        Files.move(files.newTable(), files.table(), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        files.force();
        blocks.close();
        blocks = larger;
    }

    private static boolean isBetter(BlockRef candidate, BlockRef known, Exclusions exclusions) {
        boolean isExcluded = exclusions.has(candidate);
        if (isExcluded != exclusions.has(known)) {
            return !isExcluded;
        }
        return candidate.pack().compareTo(known.pack()) < 0;
    }
}
