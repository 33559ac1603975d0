// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packs of one kind that are durable and that no index object lists: what the next session would upload again if this
 * one ended now. It says when the next index object is due, so that this stays little and there are few index objects: when
 * there are as many bytes as are listed, when one has waited for long, and before one object would become too large.
 * Thread-safe, for one thread that lists.
 */
final class Unlisted {

    /** As often at least an index object is put (docs/format.md, section 9, step 3). */
    static final int BLOCKS_MAX = 65_536;
    static final int PACKS_MAX = 64;
    /** No pack waits longer, or than {@link #PATIENCE_SHARE} of the time that the session has run, if that is more. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int PATIENCE_SHARE = 8;

    private record Waiting(IndexedPack pack, List<BlockRef> blocks, Instant since) {}

    /** What one index object is to list: the first of those that wait. */
    record Batch(List<IndexedPack> packs, List<BlockRef> blocks) {

        /** Two lanes may have got the same block in a race: an index object has each id once. */
        List<BlockRef> distinct() {
            Map<Digest, BlockRef> first = new HashMap<>();
            blocks.forEach(block -> first.putIfAbsent(block.id(), block));
            return List.copyOf(first.values());
        }
    }

    private final long firstBytes;
    private final Instant begun;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long waitingBlocks;
    private long listedBytes;

    /**
     * @param firstBytes so many bytes of packs are enough for the first index object
     * @param begun when the session began
     */
    Unlisted(long firstBytes, Instant begun) {
        this.firstBytes = firstBytes;
        this.begun = begun;
    }

    /** A pack has become durable. */
    synchronized void add(IndexedPack pack, List<BlockRef> blocks, Instant now) {
        waiting.add(new Waiting(pack, List.copyOf(blocks), now));
        waitingBytes += pack.length();
        waitingBlocks += blocks.size();
    }

    /** Whether there is none. */
    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What is to be listed now; empty if nothing is due. */
    synchronized Optional<Batch> due(Instant now) {
        return isDue(now) ? next() : Optional.empty();
    }

    /** What is to be listed next, due or not; empty if nothing waits. */
    synchronized Optional<Batch> next() {
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        List<IndexedPack> packs = new ArrayList<>();
        List<BlockRef> blocks = new ArrayList<>();
        for (Waiting each : waiting) {
            boolean fits = packs.size() < PACKS_MAX && blocks.size() + each.blocks.size() <= BLOCKS_MAX;
            if (!packs.isEmpty() && !fits) {
                break;
            }
            packs.add(each.pack);
            blocks.addAll(each.blocks);
        }
        return Optional.of(new Batch(packs, blocks));
    }

    /** An index object with the batch that {@link #due} or {@link #next} gave last is durable. */
    synchronized void listed(Batch batch) {
        for (IndexedPack pack : batch.packs) {
            waiting.remove();
            waitingBytes -= pack.length();
            listedBytes += pack.length();
        }
        waitingBlocks -= batch.blocks.size();
    }

    private boolean isDue(Instant now) {
        if (waiting.isEmpty()) {
            return false;
        }
        boolean full = waiting.size() >= PACKS_MAX || waitingBlocks >= BLOCKS_MAX;
        return full || waitingBytes >= Math.max(firstBytes, listedBytes) || hasWaited(now);
    }

    private boolean hasWaited(Instant now) {
        Duration share = Duration.between(begun, now).dividedBy(PATIENCE_SHARE);
        Duration patience = share.compareTo(PATIENCE) > 0 ? share : PATIENCE;
        return Duration.between(waiting.getFirst().since, now).compareTo(patience) >= 0;
    }
}
