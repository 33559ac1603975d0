// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.pack.BlockRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Fills a local index with so many blocks, closes it, opens it and looks up a sample; run in a process of its own with a
 * small heap. Prints what it took.
 */
final class LargeTable {

    private static final int BLOCKS_AN_OBJECT = 65_536;
    private static final int BLOCKS_A_PACK = 1024;

    private LargeTable() {}

    /** Arguments: directory, number of blocks, seed. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        long blocks = Long.parseLong(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        long started = System.nanoTime();
        fill(directory, blocks, seed);
        long filled = System.nanoTime();
        int found = sample(directory, blocks, seed);
        System.out.printf("%d blocks in %.1f s, %d found in %.1f s, heap %d MiB%n", blocks, (filled - started) / 1e9,
                found, (System.nanoTime() - filled) / 1e9, Runtime.getRuntime().maxMemory() >> 20);
    }

    private static void fill(Path directory, long blocks, long seed) throws IOException {
        IndexFiles files = IndexFiles.open(directory, new Uid(seed, 1));
        LocalTable table = LocalTable.open(files, new Uid(seed, 2));
        for (long from = 0; from < blocks; from += BLOCKS_AN_OBJECT) {
            List<BlockRef> some = new ArrayList<>();
            for (long at = from; at < Math.min(blocks, from + BLOCKS_AN_OBJECT); at++) {
                some.add(block(seed, at));
            }
            List<IndexedPack> packs = some.stream()
                    .map(BlockRef::pack)
                    .distinct()
                    .map(pack -> new IndexedPack(pack, 32 << 20))
                    .toList();
            Digest digest = digest(seed, 2, from);
            table.begin(List.of(digest));
            table.put(digest, new IndexObject(Kind.DATA, List.of(), packs, some), Exclusions.none());
        }
        table.close(true);
        files.close();
    }

    private static int sample(Path directory, long blocks, long seed) throws IOException {
        IndexFiles files = IndexFiles.open(directory, new Uid(seed, 3));
        LocalTable table = LocalTable.open(files, new Uid(seed, 4));
        if (table.size() != blocks) {
            throw new IllegalStateException(table.size() + " blocks instead of " + blocks);
        }
        Random dice = new Random(seed);
        int found = 0;
        for (; found < 100_000; found++) {
            BlockRef block = block(seed, dice.nextLong(blocks));
            if (!table.find(Kind.DATA, block.id()).equals(Optional.of(block))) {
                throw new IllegalStateException("not found: " + block);
            }
        }
        for (long at = blocks; at < blocks + 1000; at++) {
            if (table.find(Kind.DATA, block(seed, at).id()).isPresent()) {
                throw new IllegalStateException("found what was never put");
            }
        }
        table.close(true);
        files.close();
        return found;
    }

    private static BlockRef block(long seed, long number) {
        int place = (int) (number % BLOCKS_A_PACK);
        return new BlockRef(digest(seed, 0, number), digest(seed, 1, number / BLOCKS_A_PACK), 48 + 32_000 * place,
                31_000, 65_536);
    }

    private static Digest digest(long seed, int kind, long number) {
        return Digest.sha256(new Encoder().u64(seed).u8(kind).u64(number).toByteArray());
    }
}
