// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.Span;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.Part;
import dev.muster.vault.tree.TreeReader;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads whole files, one after the other, ahead of who wants them. What lies close together in a pack is read with one
 * request, also across files; several requests run at once. It holds at most {@code windowsMax} windows of
 * {@link #WINDOW_BYTES} of plaintext and as many frames.
 */
final class FetchFiles {

    static final int WINDOW_BYTES = 8 << 20;

    /**
     * Far more than there are windows: after many generations the blocks of a window lie in as many packs, and a store
     * across a network answers each request after tens of milliseconds. What they read is bounded by the windows.
     */
    private static final int REQUESTS_AT_ONCE = 32;

    /** Small files and zeros cost little memory, but not none. */
    private static final int WINDOW_ITEMS_MAX = 4096;

    private final TreeReader trees;
    private final BlockFetcher data;
    private final int windowsMax;
    private final BlockVisitor visitor;
    private final Deque<Window> fetching = new ArrayDeque<>();
    private Window filling = new Window();

    FetchFiles(TreeReader trees, BlockFetcher data, int windowsMax, BlockVisitor visitor) {
        this.trees = trees;
        this.data = data;
        this.windowsMax = windowsMax;
        this.visitor = visitor;
    }

    /** Reads them; runs once. */
    void run(Iterable<FileEntry> files) throws InterruptedException {
        try (Scope scope = Scope.open("fetch", REQUESTS_AT_ONCE)) {
            for (FileEntry file : files) {
                add(scope, new Item.Begin(file));
                trees.parts(file, 0, (start, part) -> {
                    add(scope, new Item.Piece(file, start, part));
                    return true;
                });
                add(scope, new Item.End(file));
            }
            rotate(scope);
            while (!fetching.isEmpty()) {
                deliver(fetching.remove());
            }
        }
    }

    private void add(Scope scope, Item item) throws InterruptedException {
        filling.add(item);
        if (filling.isFull()) {
            rotate(scope);
        }
    }

    private void rotate(Scope scope) throws InterruptedException {
        Window window = filling;
        filling = new Window();
        fetching.add(window);
        window.fetch(scope, data);
        while (fetching.size() >= windowsMax) {
            deliver(fetching.remove());
        }
    }

    private void deliver(Window window) throws InterruptedException {
        for (Task<Boolean> task : window.tasks) {
            task.await();
        }
        try {
            int block = 0;
            for (Item item : window.items) {
                switch (item) {
                    case Item.Begin(FileEntry file) -> visitor.begin(file);
                    case Item.End(FileEntry file) -> visitor.end(file);
                    case Item.Piece(FileEntry file, long start, Part.Zeros zeros) ->
                        visitor.zeros(file, start, zeros.length());
                    case Item.Piece(FileEntry file, long start, Part.Block _) ->
                        visitor.block(file, start, window.plain[block++]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private sealed interface Item {
        record Begin(FileEntry file) implements Item {}

        record Piece(FileEntry file, long start, Part part) implements Item {}

        record End(FileEntry file) implements Item {}
    }

    private static final class Window {

        private final List<Item> items = new ArrayList<>();
        private final List<BlockRef> refs = new ArrayList<>();
        private final List<Task<Boolean>> tasks = new ArrayList<>();
        private byte[][] plain = {};
        private int bytes;

        void add(Item item) {
            items.add(item);
            if (item instanceof Item.Piece(var _, var _, Part.Block(BlockRef ref))) {
                refs.add(ref);
                bytes += ref.plainLength();
            }
        }

        boolean isFull() {
            return bytes >= WINDOW_BYTES || items.size() == WINDOW_ITEMS_MAX;
        }

        void fetch(Scope scope, BlockFetcher data) throws InterruptedException {
            byte[][] target = new byte[refs.size()][];
            plain = target;
            for (Span span : Span.covering(refs)) {
                tasks.add(scope.submit(() -> {
                    data.fetch(span, refs, target);
                    return true;
                }));
            }
        }
    }
}
