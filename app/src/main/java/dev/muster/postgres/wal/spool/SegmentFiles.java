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
import java.util.List;
import java.util.TreeMap;

/** The segments of one spooled log as files. Safe for use by any thread. */
final class SegmentFiles {

    static final String PARTIAL = ".partial";
    private static final int ZEROS_BYTES = 1 << 16;

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
     * Finds what is there, and puts right what a crash may have left: only the newest segment is partial, and none is
     * missing before it.
     */
    synchronized void find() throws IOException {
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
        removeBeforeGap();
        for (var segment : segments.entrySet()) {
            requireLength(segment.getKey(), segment.getValue());
        }
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

    /** A partial segment before the newest one was whole when the next one was made. */
    private void settle(long segment) throws IOException {
        if (segment != segments.lastKey() && !Boolean.TRUE.equals(segments.get(segment))) {
            finish(segment);
        } else if (Boolean.TRUE.equals(segments.get(segment))) {
            disk.unlink(path(segment) + PARTIAL);
        }
    }

    /** Segments are removed oldest first, but a power cut may bring one back and not the next. */
    private void removeBeforeGap() throws IOException {
        if (segments.isEmpty()) {
            return;
        }
        var first = segments.lastKey();
        while (segments.containsKey(first - 1)) {
            first--;
        }
        for (var stale : List.copyOf(segments.headMap(first).keySet())) {
            remove(stale);
        }
    }

    private void requireLength(long segment, boolean whole) throws IOException {
        var path = path(segment) + (whole ? "" : PARTIAL);
        var length = disk.stat(path).orElseThrow(() -> new NoSuchFileException(path)).length();
        if (length > size.bytes() || (whole && length < size.bytes())) {
            throw new SpoolFault.Damaged("a segment of " + length + " bytes", path);
        }
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
        var file = disk.openToWrite(path(segment) + PARTIAL);
        var zeros = new byte[ZEROS_BYTES];
        for (var at = (int) (received - segment * size.bytes()); at < size.bytes(); at += zeros.length) {
            file.write(ByteBuffer.wrap(zeros, 0, Math.min(zeros.length, size.bytes() - at)), at);
        }
        file.force();
        disk.force(directory);
        return file;
    }

    /** Gives a segment, whose bytes were forced, the name of a whole one. */
    synchronized void finish(long segment) throws IOException {
        disk.move(path(segment) + PARTIAL, path(segment));
        disk.force(directory);
        segments.put(segment, true);
    }

    /** Removes a segment; after a power cut it may be there again. */
    synchronized void remove(long segment) throws IOException {
        disk.unlink(path(segment) + (Boolean.TRUE.equals(segments.get(segment)) ? "" : PARTIAL));
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

    private String path(long segment) {
        return directory + "/" + new WalSegmentName(timeline, segment, size);
    }
}
