// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Kind;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.PackWriter;
import dev.muster.vault.pack.SealedPack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Puts packs of data, some at once, and tells the mapper of each when it is durable. Thread-safe. */
final class Uploads {

    /** A block in a pack that is not in the store yet. */
    record Frame(PendingFrame frame, int offset, int frameLength) {}

    private record Full(PackWriter writer, List<Frame> frames) {}

    private final BlockingQueue<Full> queue = new LinkedBlockingQueue<>();
    private final Store store;
    private final Permits packs;
    private final Mapper mapper;
    private final Counters counters;

    /** @param packs how many may be open or on their way */
    Uploads(Store store, Permits packs, Mapper mapper, Counters counters) {
        this.store = store;
        this.packs = packs;
        this.mapper = mapper;
        this.counters = counters;
    }

    /** Waits until one more pack may be opened. */
    void takePack() throws InterruptedException {
        packs.take(1);
    }

    /** Takes a pack, for which {@link #takePack} made room. */
    void add(PackWriter writer, List<Frame> frames) {
        queue.add(new Full(writer, List.copyOf(frames)));
    }

    /** Waits until all packs are durable that were taken. */
    void awaitAll() throws InterruptedException {
        packs.awaitAll();
    }

    /** Puts packs until it is interrupted. */
    void run() throws InterruptedException {
        while (true) {
            put(queue.take());
        }
    }

    private void put(Full full) throws InterruptedException {
        SealedPack pack = full.writer.close();
        pack.put(store);
        counters.packsPut().increment();
        counters.putBytes().add(pack.length());
        List<BlockRef> refs = new ArrayList<>();
        for (Frame each : full.frames) {
            refs.add(new BlockRef(each.frame.id(), pack.digest(), each.offset, each.frameLength,
                    each.frame.plainLength()));
        }
        IndexedPack indexed = new IndexedPack(pack.digest(), pack.length());
        mapper.index().durable(Kind.DATA, indexed, refs);
        mapper.post(() -> {
            for (int at = 0; at < refs.size(); at++) {
                full.frames.get(at).frame.durable(refs.get(at));
            }
        });
        packs.give(1);
    }
}
