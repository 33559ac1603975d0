// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.BlockNames;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Compressor;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/** Names blocks, looks them up, and compresses those that are new. One thread's. */
final class BlockWorker {

    private final BlockingQueue<BlockTask> queue;
    private final BlockNames names;
    private final IndexKeeper index;
    private final Counters counters;
    private final int zstdLevel;

    BlockWorker(BlockingQueue<BlockTask> queue, BlockNames names, IndexKeeper index, Counters counters,
            int zstdLevel) {
        this.queue = queue;
        this.names = names;
        this.index = index;
        this.counters = counters;
        this.zstdLevel = zstdLevel;
    }

    /** Works until it is interrupted. */
    void run() throws InterruptedException {
        try (Compressor compressor = new Compressor(zstdLevel)) {
            while (true) {
                BlockTask task = queue.take();
                look(task, compressor);
                task.file().done(task);
            }
        }
    }

    private void look(BlockTask task, Compressor compressor) {
        counters.blocks().increment();
        Digest id = names.data(task.plain(), 0, task.length());
        PendingFrame mine = new PendingFrame(id, task.length());
        Optional<PendingFrame> same = index.pending(id);
        if (same.isPresent()) {
            task.isKnown(new DraftPart.Fresh(same.get()));
            return;
        }
        Optional<BlockRef> known = index.adopt(Kind.DATA, id).filter(ref -> ref.plainLength() == task.length());
        if (known.isPresent()) {
            task.isKnown(new DraftPart.Adopted(known.get()));
            return;
        }
        Optional<PendingFrame> first = index.begin(mine);
        if (first.isPresent()) {
            task.isKnown(new DraftPart.Fresh(first.get()));
            return;
        }
        Compressed content = compressor.compress(task.plain(), 0, task.length());
        counters.newBlocks().increment();
        counters.newFrameBytes().add(content.frameLength());
        task.isNew(mine, keep(content));
    }

    /** The compressor's buffer is used again before an earlier block of the file may let this one be sealed. */
    private static Compressed keep(Compressed content) {
        if (!content.compressed()) {
            return content;
        }
        byte[] own = Arrays.copyOfRange(content.buffer(), content.offset(), content.offset() + content.length());
        return new Compressed(own, 0, own.length, content.plainLength(), true);
    }
}
