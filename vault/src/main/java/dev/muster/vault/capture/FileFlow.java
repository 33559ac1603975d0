// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.seal.Compressed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the pieces of one file in their order: whichever worker is done with the first of them seals it, and all behind it
 * that are done, into the file's lane. Thread-safe.
 */
final class FileFlow {

    /** Pieces of one leaf: its place in the file depends on their number only, so that unchanged leaves stay the same. */
    static final int LEAF_PIECES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<BlockTask> order = new ArrayDeque<>();
    private final Pipeline pipeline;
    private final Lane lane;
    private final FileMap map;
    private List<DraftPart> leaf = new ArrayList<>();
    private boolean ended;

    FileFlow(Pipeline pipeline, Lane lane, FileMap map) {
        this.pipeline = pipeline;
        this.lane = lane;
        this.map = map;
    }

    Lane lane() {
        return lane;
    }

    /** Says that this piece comes next; it may be finished already. */
    void enqueue(BlockTask task) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            order.add(task);
            place();
        } finally {
            lock.unlock();
        }
    }

    /** A worker is done with a piece. */
    void done(BlockTask task) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            task.finish();
            place();
        } finally {
            lock.unlock();
        }
    }

    /** No pieces follow. */
    void end() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            ended = true;
            place();
        } finally {
            lock.unlock();
        }
    }

    /** Permits are given back last: who waits for them all finds everything posted to the mapper. */
    private void place() throws InterruptedException {
        List<BlockTask> placed = new ArrayList<>();
        while (!order.isEmpty() && order.getFirst().isFinished()) {
            BlockTask task = order.removeFirst();
            Compressed content = task.toSeal();
            if (content != null && task.part() instanceof DraftPart.Fresh(PendingFrame frame)) {
                lane.append(frame, content);
            }
            leaf.add(task.part());
            if (leaf.size() == LEAF_PIECES) {
                handOver();
            }
            placed.add(task);
        }
        if (ended && order.isEmpty()) {
            ended = false;
            if (!leaf.isEmpty()) {
                handOver();
            }
            pipeline.mapper().post(map::end);
        }
        placed.forEach(pipeline::placed);
    }

    private void handOver() {
        List<DraftPart> full = leaf;
        leaf = new ArrayList<>();
        pipeline.mapper().post(() -> map.add(full));
    }
}
