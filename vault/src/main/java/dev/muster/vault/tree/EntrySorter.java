// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Puts entries that come in any order into the order of their paths, with a bounded heap: what does not fit is sorted in
 * runs that lie in temporary files and are merged. Not thread-safe.
 */
public final class EntrySorter implements AutoCloseable {

    /** What a capture keeps in memory. */
    public static final int MEMORY_BYTES_DEFAULT = 8 << 20;

    private static final int RUNS_MAX = 32;
    private static final int OBJECT_BYTES = 48;

    private final Path directory;
    private final SecureRandom random;
    private final int memoryBytesMax;
    private final List<Keyed> inMemory = new ArrayList<>();
    private final List<Spool> runs = new ArrayList<>();
    private long bytes;

    /** @param directory for temporary files */
    public EntrySorter(Path directory, SecureRandom random, int memoryBytesMax) {
        this.directory = directory;
        this.random = random;
        this.memoryBytesMax = memoryBytesMax;
    }

    /** Adds an entry. */
    public void add(FileEntry entry) {
        Keyed keyed = Keyed.of(EntryCodec.encode(entry));
        inMemory.add(keyed);
        bytes += keyed.encoded.length + keyed.path.length + 3 * OBJECT_BYTES;
        if (bytes > memoryBytesMax) {
            spill();
        }
    }

    /** All entries in their order, encoded. Nothing can be added afterwards. */
    Iterator<byte[]> sorted() {
        if (runs.isEmpty()) {
            inMemory.sort(Keyed.ORDER);
            return inMemory.stream().map(Keyed::encoded).iterator();
        }
        spill();
        return new Merged(runs);
    }

    @Override
    public void close() {
        runs.forEach(Spool::close);
    }

    private void spill() {
        if (inMemory.isEmpty()) {
            return;
        }
        inMemory.sort(Keyed.ORDER);
        Spool run = new Spool(directory, random);
        runs.add(run);
        inMemory.forEach(each -> run.write(each.encoded));
        run.rewind();
        inMemory.clear();
        bytes = 0;
        if (runs.size() == RUNS_MAX) {
            mergeRuns();
        }
    }

    private void mergeRuns() {
        Spool merged = new Spool(directory, random);
        new Merged(runs).forEachRemaining(merged::write);
        runs.forEach(Spool::close);
        runs.clear();
        runs.add(merged.rewind());
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Keyed(byte[] path, byte[] encoded) {

        static final Comparator<Keyed> ORDER = (left, right) -> EntryPath.compare(left.path, right.path);

        static Keyed of(byte[] encoded) {
            return new Keyed(EntryCodec.path(encoded), encoded);
        }
    }

    /** The runs as one. */
    private static final class Merged implements Iterator<byte[]> {

        private final PriorityQueue<Spool> queue = new PriorityQueue<>(
                (left, right) -> EntryPath.compare(EntryCodec.path(left.peek()), EntryCodec.path(right.peek())));

        Merged(List<Spool> runs) {
            runs.stream().filter(Spool::hasNext).forEach(queue::add);
        }

        @Override
        public boolean hasNext() {
            return !queue.isEmpty();
        }

        @Override
        public byte[] next() {
            Spool first = queue.remove();
            byte[] record = first.next();
            if (first.hasNext()) {
                queue.add(first);
            }
            return record;
        }
    }
}
