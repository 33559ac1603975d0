// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.SealedPack;
import dev.muster.vault.tree.EntrySorter;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.MapSink;
import dev.muster.vault.tree.MapWriter;
import dev.muster.vault.tree.TableBuilder;
import dev.muster.vault.tree.TreeRoot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that makes trees and index objects. Everybody posts steps to it; whatever they touch is its own. Its
 * queue is bounded by the permits that those who post hold.
 */
final class Mapper implements MapSink {

    /** When nothing is to be done it looks as often whether packs have waited for long. */
    private static final int LOOK_SECONDS = 1;

    /** Something to be done by the mapper. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    private final BlockingQueue<Step> queue = new LinkedBlockingQueue<>();
    private final Deque<Step> soon = new ArrayDeque<>();
    private final CaptureSetting setting;
    private final IndexKeeper index;
    private final Permits waitingParts;
    private final Counters counters;
    private final MapWriter maps;
    private final EntrySorter entries;
    private long unfinished;

    Mapper(CaptureSetting setting, IndexKeeper index, Permits waitingParts, Counters counters) {
        this.setting = setting;
        this.index = index;
        this.waitingParts = waitingParts;
        this.counters = counters;
        this.maps = new MapWriter(setting.chain(), setting.random(), setting.charter().packBytes(), this);
        this.entries = new EntrySorter(setting.temporaries(), setting.random(), EntrySorter.MEMORY_BYTES_DEFAULT);
    }

    /** Does what is posted until it is interrupted. */
    void run() throws InterruptedException {
        while (true) {
            Step step = queue.poll(LOOK_SECONDS, TimeUnit.SECONDS);
            if (step != null) {
                step.run();
                settle();
            }
            index.listDue();
        }
    }

    /** Lets the mapper do this, in the order of the posts. */
    void post(Step step) {
        queue.add(step);
    }

    /** Builds the table of all that was posted before; then everything is durable. */
    CompletableFuture<TreeRoot> finish() {
        CompletableFuture<TreeRoot> root = new CompletableFuture<>();
        post(() -> root.complete(build()));
        return root;
    }

    IndexKeeper index() {
        return index;
    }

    MapWriter maps() {
        return maps;
    }

    /** Does this after the step at hand. */
    void soon(Step step) {
        soon.add(step);
    }

    /** A file is being written: it will be added. */
    void expect() {
        post(() -> unfinished++);
    }

    /** So many parts do not wait any more. */
    void mapped(int parts) {
        waitingParts.give(parts);
    }

    /** Adds a file that is complete. */
    void add(FileEntry file) {
        unfinished--;
        entries.add(file);
    }

    /** Adds a directory or a link. */
    void addPlain(FileEntry entry) {
        post(() -> entries.add(entry));
    }

    @Override
    public Optional<BlockRef> adopt(Digest id) {
        return index.adoptMap(id);
    }

    @Override
    public void put(SealedPack pack, List<BlockRef> blocks) throws InterruptedException {
        Store store = setting.store();
        pack.put(store);
        counters.putBytes().add(pack.length());
        index.durable(Kind.MAP, new IndexedPack(pack.digest(), pack.length()), blocks);
    }

    /** Once nobody runs it any more. */
    void close() {
        maps.close();
        entries.close();
    }

    private void settle() throws InterruptedException {
        while (!soon.isEmpty()) {
            soon.remove().run();
        }
        maps.settle();
    }

    private TreeRoot build() throws InterruptedException {
        settle();
        TableBuilder.finishFiles(maps);
        if (unfinished != 0) {
            throw new VaultFault.NotCommitted(unfinished + " files were not captured to their end", "the session");
        }
        TreeRoot root = TableBuilder.build(maps, setting.chain().names(), entries);
        index.listAll();
        return root;
    }
}
