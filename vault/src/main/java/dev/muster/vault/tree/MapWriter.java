// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.PackWriter;
import dev.muster.vault.pack.SealedPack;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Compressor;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.tree.MapBlock.Step;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts map blocks into packs, level by level: a node names children in packs that have been put, so each level has a pack
 * of its own that is closed before the level above can refer to what is in it. A block that exists is adopted. Not
 * thread-safe: the tree of a snapshot is made by one thread.
 */
public final class MapWriter implements AutoCloseable {

    /** Enough for the leaves of 11 GiB; more only costs memory. */
    private static final int PACK_BYTES_MAX = 8 << 20;
    private static final int FRAMES_MAX = 16_384;
    private static final int LEVEL = 3;

    private final KeyChain chain;
    private final SecureRandom random;
    private final int packBytes;
    private final MapSink sink;
    private final Compressor compressor = new Compressor(LEVEL);
    private final List<Level> levels = new ArrayList<>();
    private final Deque<Step> ready = new ArrayDeque<>();

    /** @param packBytes length that packs of the repository aim at */
    public MapWriter(KeyChain chain, SecureRandom random, int packBytes, MapSink sink) {
        this.chain = chain;
        this.random = random;
        this.packBytes = Math.min(packBytes, PACK_BYTES_MAX);
        this.sink = sink;
    }

    /**
     * Adds an encoded node.
     *
     * @param level above that of every node that it names
     */
    MapBlock put(int level, byte[] plain) throws InterruptedException {
        Digest id = chain.names().map(plain, 0, plain.length);
        Level open = level(level);
        MapBlock pending = open.pending.get(id);
        if (pending != null) {
            return pending;
        }
        Optional<BlockRef> known = sink.adopt(id);
        if (known.isPresent()) {
            return new MapBlock(known.get());
        }
        Compressed content = compressor.compress(plain, 0, plain.length);
        if (open.writer != null && (!open.writer.takes(content) || open.pending.size() == FRAMES_MAX)) {
            flush(level);
        }
        return open.append(id, content);
    }

    /** Closes and puts the pack of a level. */
    void flush(int level) throws InterruptedException {
        Level open = level(level);
        if (open.writer == null) {
            return;
        }
        SealedPack pack = open.writer.close();
        List<BlockRef> refs = open.blocks.stream().map(block -> block.in(pack.digest())).toList();
        sink.put(pack, refs);
        for (int at = 0; at < refs.size(); at++) {
            ready.addAll(open.blocks.get(at).block.place(refs.get(at)));
        }
        open.clear();
    }

    /** Runs what has been waiting for blocks that are placed by now. */
    public void settle() throws InterruptedException {
        while (!ready.isEmpty()) {
            ready.remove().run();
        }
    }

    /** Runs this at the next {@link #settle}. */
    void soon(Step action) {
        ready.add(action);
    }

    /** How many levels have been used. */
    int levels() {
        return levels.size();
    }

    @Override
    public void close() {
        compressor.close();
    }

    private Level level(int number) {
        while (levels.size() <= number) {
            levels.add(new Level());
        }
        return levels.get(number);
    }

    private record Placed(MapBlock block, Digest id, int offset, int frameLength, int plainLength) {

        BlockRef in(Digest pack) {
            return new BlockRef(id, pack, offset, frameLength, plainLength);
        }
    }

    private final class Level {

        private final Map<Digest, MapBlock> pending = new HashMap<>();
        private final List<Placed> blocks = new ArrayList<>();
        private @Nullable PackWriter writer;

        MapBlock append(Digest id, Compressed content) {
            if (writer == null) {
                writer = new PackWriter(Kind.MAP, chain, random, packBytes);
            }
            int offset = writer.append(id, content);
            MapBlock block = new MapBlock();
            blocks.add(new Placed(block, id, offset, content.frameLength(), content.plainLength()));
            pending.put(id, block);
            return block;
        }

        void clear() {
            writer = null;
            pending.clear();
            blocks.clear();
        }
    }
}
