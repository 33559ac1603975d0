// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.pack.BlockRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The places of all frames of a repository, as 64 bits of SHA-256 each in a mapped file: 16 bytes a frame at half load,
 * in the page cache and not in the heap. Two places that differ are told apart but for one chance in 2^64 a frame. Not
 * thread-safe.
 */
final class PlaceSet implements AutoCloseable {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long SLOTS_AT_FIRST = 1 << 16;

    private final Path directory;
    private Arena arena;
    private Path file;
    private MemorySegment slots;
    private long count;

    PlaceSet(Path directory) throws IOException {
        this.directory = directory;
        this.arena = Arena.ofShared();
        this.file = Files.createTempFile(directory, "places", ".tmp");
        this.slots = map(file, arena, SLOTS_AT_FIRST);
    }

    void add(BlockRef place) {
        try {
            if (2 * (count + 1) > slotCount()) {
                grow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (put(slots, fingerprint(place))) {
            count++;
        }
    }

    boolean contains(BlockRef place) {
        long wanted = fingerprint(place);
        long found = slots.getAtIndex(LONG, slotOf(slots, wanted));
        return found == wanted;
    }

    long size() {
        return count;
    }

    private static boolean put(MemorySegment slots, long fingerprint) {
        long at = slotOf(slots, fingerprint);
        if (slots.getAtIndex(LONG, at) == fingerprint) {
            return false;
        }
        slots.setAtIndex(LONG, at, fingerprint);
        return true;
    }

    /** The slot that holds this fingerprint, or the empty one where it would go. */
    private static long slotOf(MemorySegment slots, long fingerprint) {
        long mask = slots.byteSize() / Long.BYTES - 1;
        long at = fingerprint & mask;
        while (slots.getAtIndex(LONG, at) != 0 && slots.getAtIndex(LONG, at) != fingerprint) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private long slotCount() {
        return slots.byteSize() / Long.BYTES;
    }

    private void grow() throws IOException {
        Arena nextArena = Arena.ofShared();
        Path nextFile = Files.createTempFile(directory, "places", ".tmp");
        MemorySegment next = map(nextFile, nextArena, 2 * slotCount());
        for (long at = 0; at < slotCount(); at++) {
            long fingerprint = slots.getAtIndex(LONG, at);
            if (fingerprint != 0) {
                put(next, fingerprint);
            }
        }
        close();
        arena = nextArena;
        file = nextFile;
        slots = next;
    }

    private static MemorySegment map(Path path, Arena arena, long slotCount) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, slotCount * Long.BYTES, arena);
        }
    }

    private static long fingerprint(BlockRef place) {
        byte[] said = new Encoder(80).digest(place.id()).digest(place.pack()).u32(place.offset())
                .u32(place.frameLength()).u32(place.plainLength()).toByteArray();
        long fingerprint = Digest.sha256(said).prefix();
        return fingerprint == 0 ? 1 : fingerprint;
    }

    @Override
    public void close() throws IOException {
        arena.close();
        Files.deleteIfExists(file);
    }
}
