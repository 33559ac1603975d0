// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.disk.DiskFile;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The segments of one spooled log as files. Safe for use by any thread. */
final class SegmentFiles {

    static final String PARTIAL = ".partial";
    private static final int ZEROS_BYTES = 1 << 16;
    private static final int BEGINNING_BYTES = 64;

    private final Disk disk;
    private final String directory;
    private final TimelineId timeline;
    private final WalSegmentSize size;

    /** By number, with whether it is whole. */
    private final TreeMap<Long, Boolean> segments = new TreeMap<>();

    SegmentFiles(Disk disk, String directory, TimelineId timeline, WalSegmentSize size) {
        this.disk = disk;
        this.directory = directory;
        this.timeline = timeline;
        this.size = size;
    }

    /**
     * Finds what is there, and puts right what a crash may have left: only the newest segment is partial, and what was
     * released is gone. Whatever else is missing, or cut, was not this program: what lies behind it is put aside.
     *
     * @param keptFrom the beginning of the oldest segment that was not released, if that is known
     * @param aside takes what does not follow
     * @return how many files were put aside; empty if all that should be there is
     */
    synchronized OptionalInt find(Optional<Lsn> keptFrom, AsideFiles aside) throws IOException {
        segments.clear();
        var partial = new ArrayList<Long>();
        disk.names(directory, name -> {
            var whole = !name.endsWith(PARTIAL);
            var stem = whole ? name : name.substring(0, name.length() - PARTIAL.length());
            if (WalSegmentName.matches(stem)) {
                var segment = segment(stem);
                segments.merge(segment, whole, Boolean::logicalOr);
                if (!whole) {
                    partial.add(segment);
                }
            }
        });
        for (var segment : partial) {
            settle(segment);
        }
        if (segments.isEmpty()) {
            return OptionalInt.empty();
        }
        var first = keptFrom.map(lsn -> lsn.segmentNumber(size)).orElseGet(this::firstOfNewest);
        for (var stale : List.copyOf(segments.headMap(first).keySet())) {
            remove(stale);
        }
        return cut(first, aside);
    }

    /** Without a word of what was released, what lies before a gap is taken for it. */
    private long firstOfNewest() {
        var first = segments.lastKey();
        while (segments.containsKey(first - 1)) {
            first--;
        }
        return first;
    }

    private OptionalInt cut(long first, AsideFiles aside) throws IOException {
        var next = first;
        var isShort = false;
        var isCut = false;
        while (!isShort && segments.containsKey(next)) {
            isShort = length(next) < size.bytes();
            if (isShort && isWhole(next)) {
                disk.move(path(next), path(next) + PARTIAL);
                disk.force(directory);
                segments.put(next, false);
                isCut = true;
            }
            isCut |= isShort && hasBytes(next);
            next++;
        }
        var behind = new ArrayList<>(segments.tailMap(next).keySet());
        if (!behind.isEmpty()) {
            // The newest first: were this interrupted, the rest is found to be behind the same place.
            Collections.reverse(behind);
            aside.take(behind.stream().map(segment -> name(segment) + (isWhole(segment) ? "" : PARTIAL)).toList());
            segments.tailMap(next).clear();
        }
        return isCut || !behind.isEmpty() ? OptionalInt.of(behind.size()) : OptionalInt.empty();
    }

    private long segment(String stem) {
        try {
            var name = WalSegmentName.parse(stem, size);
            if (name.timeline().equals(timeline)) {
                return name.number();
            }
        } catch (IllegalArgumentException e) {
            throw new SpoolFault.Damaged(String.valueOf(e.getMessage()), directory + "/" + stem);
        }
        throw new SpoolFault.Damaged("a segment of another timeline", directory + "/" + stem);
    }

    /** Of a segment that was still being made, and is short for that reason, there is nothing but zeros. */
    private boolean hasBytes(long segment) throws IOException {
        try (var file = open(segment)) {
            var beginning = ByteBuffer.allocate(BEGINNING_BYTES);
            for (var at = Math.max(0, file.read(beginning, 0)) - 1; at >= 0; at--) {
                if (beginning.get(at) != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A partial segment before the newest one was whole when the next one was made, unless it was cut since. */
    private void settle(long segment) throws IOException {
        if (segment != segments.lastKey() && !isWhole(segment) && length(segment) == size.bytes()) {
            finish(segment);
        } else if (Boolean.TRUE.equals(segments.get(segment))) {
            disk.unlink(path(segment) + PARTIAL);
        }
    }

    private long length(long segment) throws IOException {
        var path = path(segment) + (isWhole(segment) ? "" : PARTIAL);
        var length = disk.stat(path).orElseThrow(() -> new NoSuchFileException(path)).length();
        if (length > size.bytes()) {
            throw new SpoolFault.Damaged("a segment of " + length + " bytes", path);
        }
        return length;
    }

    /** Makes the file of a segment that is about to be received, of full length, and its name durable. */
    synchronized DiskFile create(long segment) throws IOException {
        var path = path(segment) + PARTIAL;
        var file = disk.create(path);
        file.write(ByteBuffer.allocate(1), size.bytes() - 1L);
        file.force();
        disk.force(directory);
        segments.put(segment, false);
        return file;
    }

    /** Opens the partial segment to go on with it; what a crash left behind this position becomes zeros. */
    synchronized DiskFile reopen(long segment, long received) throws IOException {
        var file = openPartial(segment);
        var zeros = new byte[ZEROS_BYTES];
        for (var at = (int) (received - segment * size.bytes()); at < size.bytes(); at += zeros.length) {
            file.write(ByteBuffer.wrap(zeros, 0, Math.min(zeros.length, size.bytes() - at)), at);
        }
        file.force();
        disk.force(directory);
        return file;
    }

    private DiskFile openPartial(long segment) throws IOException {
        try {
            return disk.openToWrite(path(segment) + PARTIAL);
        } catch (NoSuchFileException e) {
            throw new SpoolFault.Damaged("a segment is missing", path(segment) + PARTIAL);
        }
    }

    /** Gives a segment, whose bytes were forced, the name of a whole one. */
    synchronized void finish(long segment) throws IOException {
        disk.move(path(segment) + PARTIAL, path(segment));
        disk.force(directory);
        segments.put(segment, true);
    }

    /** Removes a segment; after a power cut it may be there again. */
    synchronized void remove(long segment) throws IOException {
        try {
            disk.unlink(path(segment) + (isWhole(segment) ? "" : PARTIAL));
        } catch (NoSuchFileException e) {
            // Somebody was faster.
        }
        segments.remove(segment);
    }

    /** Opens a segment for reading, under whichever name it has now. */
    private synchronized DiskFile open(long segment) throws IOException {
        var whole = segments.get(segment);
        if (whole == null) {
            throw new NoSuchFileException(path(segment));
        }
        return disk.open(path(segment) + (whole ? "" : PARTIAL));
    }

    /** Reads bytes within one segment; false if it is not there or shorter. */
    boolean read(long lsn, byte[] target, int offset, int length) throws IOException {
        var segment = Long.divideUnsigned(lsn, size.bytes());
        if (!contains(segment)) {
            return false;
        }
        try (var file = open(segment)) {
            var buffer = ByteBuffer.wrap(target, offset, length);
            var at = new Lsn(lsn).offsetInSegment(size);
            while (buffer.hasRemaining()) {
                var read = file.read(buffer, at);
                if (read < 0) {
                    return false;
                }
                at += read;
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    synchronized boolean contains(long segment) {
        return segments.containsKey(segment);
    }

    synchronized boolean isWhole(long segment) {
        return Boolean.TRUE.equals(segments.get(segment));
    }

    synchronized boolean isEmpty() {
        return segments.isEmpty();
    }

    synchronized long first() {
        return segments.firstKey();
    }

    synchronized long last() {
        return segments.lastKey();
    }

    /** How much room the segments take. */
    synchronized long bytes() {
        return (long) segments.size() * size.bytes();
    }

    /** The numbers of the segments. */
    synchronized Set<Long> numbers() {
        return Set.copyOf(segments.keySet());
    }

    private String path(long segment) {
        return directory + "/" + name(segment);
    }

    private String name(long segment) {
        return new WalSegmentName(timeline, segment, size).toString();
    }
}
