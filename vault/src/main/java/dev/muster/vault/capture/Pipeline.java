// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.Kind;
import dev.muster.vault.pack.PackWriter;
import dev.muster.vault.tree.TreeRoot;
import dev.muster.work.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;

/** What blocks go through between a sink and the store: workers, lanes, uploads and the mapper. */
final class Pipeline {

    /** Who waits for room looks this often whether closing the open packs makes some. */
    private static final Duration STARVED_LOOK = Duration.ofMillis(200);

    private final CaptureLimits limits;
    private final Ending ending;
    private final Counters counters = new Counters();
    private final BlockingQueue<BlockTask> queue;
    private final Permits blocks;
    private final Permits waitingParts;
    private final int blockBytes;
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<BlockWorker> workers = new ArrayList<>();
    private final Uploads uploads;
    private final Mapper mapper;
    private int openFiles;

    Pipeline(CaptureSetting setting, IndexKeeper index, CaptureLimits limits, Ending ending, int zstdLevel) {
        this.limits = limits;
        this.ending = ending;
        this.blockBytes = setting.charter().blockBytes();
        this.blocks = new Permits(limits.blocksInFlight(), ending);
        this.waitingParts = new Permits(CaptureLimits.WAITING_PARTS_MAX, ending);
        this.queue = new ArrayBlockingQueue<>(limits.blocksInFlight());
        this.mapper = new Mapper(setting, index, waitingParts, counters);
        this.uploads = new Uploads(setting.store(), new Permits(limits.packs(), ending), mapper, counters);
        for (int lane = 0; lane < limits.lanes(); lane++) {
            lanes.add(new Lane(bytes -> new PackWriter(Kind.DATA, setting.chain(), setting.random(), bytes),
                    setting.charter().packBytes(), uploads));
        }
        for (int worker = 0; worker < limits.workers(); worker++) {
            workers.add(new BlockWorker(queue, setting.chain().names(), index, counters, zstdLevel));
        }
    }

    /** How many tasks {@link #start} forks. */
    int tasks() {
        return limits.workers() + limits.uploads() + 1;
    }

    void start(Scope scope) throws InterruptedException {
        for (BlockWorker worker : workers) {
            scope.fork(() -> guard(worker::run));
        }
        for (int upload = 0; upload < limits.uploads(); upload++) {
            scope.fork(() -> guard(uploads::run));
        }
        scope.fork(() -> guard(mapper::run));
    }

    /** Runs a task of the session; its failure ends the session. */
    void guard(Scope.Action task) throws Exception {
        try {
            task.run();
        } catch (Throwable e) {
            ending.fail(e);
            throw e;
        }
    }

    Mapper mapper() {
        return mapper;
    }

    Counters counters() {
        return counters;
    }

    int blockBytes() {
        return blockBytes;
    }

    /** Begins a file in the lane into which the fewest are written. */
    FileFlow open(FileMap map) {
        synchronized (lanes) {
            if (openFiles == CaptureLimits.OPEN_FILES_MAX) {
                throw new IllegalStateException("more than " + CaptureLimits.OPEN_FILES_MAX + " files are open");
            }
            openFiles++;
            Lane lane = lanes.stream().min(Comparator.comparingInt(Lane::files)).orElseThrow();
            lane.addFiles(1);
            mapper.expect();
            return new FileFlow(this, lane, map);
        }
    }

    /** No more is written into a file. */
    void close(FileFlow file) {
        synchronized (lanes) {
            openFiles--;
            file.lane().addFiles(-1);
        }
    }

    /** Takes a block that a worker must look at; waits while too much is in work. */
    void submit(BlockTask task) throws InterruptedException {
        takePart();
        blocks.take(weight(task.length()));
        task.file().enqueue(task);
        queue.put(task);
    }

    /** Takes a part of which all is known. */
    void submit(FileFlow file, DraftPart part) throws InterruptedException {
        takePart();
        BlockTask task = new BlockTask(file, new byte[0], 0);
        task.isKnown(part);
        task.finish();
        file.enqueue(task);
    }

    /** A part is in its place in its file. */
    void placed(BlockTask task) {
        if (task.length() > 0) {
            giveBuffer(task.plain());
            blocks.give(weight(task.length()));
        }
    }

    /** An array of the block bytes, to be given to {@link #submit} in a task. */
    byte[] takeBuffer() {
        byte[] buffer = buffers.poll();
        return buffer != null ? buffer : new byte[blockBytes];
    }

    void giveBuffer(byte[] buffer) {
        if (buffer.length == blockBytes && buffers.size() < limits.blocksInFlight()) {
            buffers.add(buffer);
        }
    }

    /** Waits until all data is durable that was submitted. */
    void finishData() throws InterruptedException {
        blocks.awaitAll();
        flush();
        uploads.awaitAll();
        ending.check();
    }

    /** Waits until the table is durable, and all that it reaches. */
    TreeRoot finishTree() throws InterruptedException {
        CompletableFuture<TreeRoot> root = mapper.finish();
        ending.whenFailed(() -> root.cancel(false));
        try {
            ending.check();
            return root.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the mapper completes this with a root only", e);
        } catch (CancellationException e) {
            ending.check();
            throw e;
        }
    }

    /** Once none of its tasks runs any more. */
    void close() {
        mapper.close();
    }

    private void flush() throws InterruptedException {
        for (Lane lane : lanes) {
            lane.flush();
        }
    }

    /** Parts wait for the packs of their blocks; when too many wait, the packs are closed early. */
    private void takePart() throws InterruptedException {
        while (!waitingParts.take(1, STARVED_LOOK)) {
            flush();
        }
    }

    private int weight(int length) {
        return Math.max(1, length / blockBytes);
    }
}
