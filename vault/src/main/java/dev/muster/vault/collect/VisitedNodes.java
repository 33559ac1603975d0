// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The map blocks that were followed, as the first 128 bits of their ids in a mapped file: 32 bytes each at half load, in the
 * page cache and not in the heap; the file has no name while it is used. Ids are keyed digests, so that two of 10^9 that agree so far are one chance in 10^20.
 * Not thread-safe.
 */
final class VisitedNodes implements AutoCloseable {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int ENTRY_BYTES = 2 * Long.BYTES;
    private static final long SLOTS_AT_FIRST = 1 << 12;

    private final Path directory;
    private Arena arena;
    private MemorySegment slots;
    private long count;

    /** @param directory where the file is made */
    VisitedNodes(Path directory) throws IOException {
        this.directory = directory;
        this.arena = Arena.ofShared();
        this.slots = map(arena, SLOTS_AT_FIRST);
    }

    /** Adds a block; returns whether it was not there. */
    boolean add(Digest id) throws IOException {
        if (2 * (count + 1) > slots.byteSize() / ENTRY_BYTES) {
            grow();
        }
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        long high = bytes.getLong();
        boolean added = put(slots, high, Math.max(1, bytes.getLong() & Long.MAX_VALUE));
        count += added ? 1 : 0;
        return added;
    }

    long size() {
        return count;
    }

    /** @param low never 0: that is an empty slot */
    private static boolean put(MemorySegment slots, long high, long low) {
        long mask = slots.byteSize() / ENTRY_BYTES - 1;
        for (long at = high & mask;; at = (at + 1) & mask) {
            long found = slots.getAtIndex(LONG, 2 * at + 1);
            if (found == 0) {
                slots.setAtIndex(LONG, 2 * at, high);
                slots.setAtIndex(LONG, 2 * at + 1, low);
                return true;
            }
            if (found == low && slots.getAtIndex(LONG, 2 * at) == high) {
                return false;
            }
        }
    }

    private void grow() throws IOException {
        long slotCount = slots.byteSize() / ENTRY_BYTES;
        Arena nextArena = Arena.ofShared();
        MemorySegment next = map(nextArena, 2 * slotCount);
        for (long at = 0; at < slotCount; at++) {
            long low = slots.getAtIndex(LONG, 2 * at + 1);
            if (low != 0) {
                put(next, slots.getAtIndex(LONG, 2 * at), low);
            }
        }
        close();
        arena = nextArena;
        slots = next;
    }

    private MemorySegment map(Arena arena, long slotCount) throws IOException {
        Path path = Files.createTempFile(directory, "nodes", ".tmp");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, slotCount * ENTRY_BYTES, arena);
        } finally {
            Files.delete(path);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
