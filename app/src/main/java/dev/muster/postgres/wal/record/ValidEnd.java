// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a log as the server's own recovery does: it follows the records from the beginning of a segment and
 * stops at the first that is not whole. Layout of PostgreSQL 15 to 18 (xlog_internal.h, xlogrecord.h, xlogreader.c), as
 * little-endian machines write it. Not thread-safe.
 */
public final class ValidEnd {

    private static final int PAGE_BYTES = 8_192;
    private static final int SHORT_HEADER_BYTES = 24;
    private static final int LONG_HEADER_BYTES = 40;
    private static final int RECORD_HEADER_BYTES = 24;
    private static final int CRC_AT = 20;
    private static final int ALIGNMENT = 8;
    private static final int RECORD_BYTES_MAX = 1_020 << 20;
    private static final int MAGIC_OLDEST = 0xD110;
    private static final int MAGIC_NEWEST = 0xD1FF;
    private static final int CONTINUED = 1;
    private static final int LONG_HEADER = 2;
    private static final int OVERWRITES = 8;
    private static final int XLOG = 0;
    private static final int SWITCH = 0x40;

    private final LogReader reader;
    private final WalSegmentSize segments;
    private final byte[] page = new byte[PAGE_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] header = new byte[RECORD_HEADER_BYTES];
    private long pageAt = -1;
    private int magic;
    private long previous;

    private ValidEnd(LogReader reader, WalSegmentSize segments) {
        this.reader = reader;
        this.segments = segments;
    }

    /**
     * Where the valid log ends that begins with this segment.
     *
     * @param start the beginning of a segment
     * @return the start itself if nothing is valid
     */
    public static Lsn of(LogReader reader, WalSegmentSize segments, Lsn start) {
        return new Lsn(new ValidEnd(reader, segments).follow(start.value()));
    }

    /**
     * Whether a segment begins with the rest of a record that began before it, and how much of it that is.
     *
     * @return 0 if it begins with a record of its own, or if its first page is not valid
     */
    public static long restAtStart(LogReader reader, WalSegmentSize segments, Lsn start) {
        var log = new ValidEnd(reader, segments);
        return log.load(start.value()) && log.isContinued() ? log.rest() : 0;
    }

    /** How many bytes of records a segment holds beside the headers of its pages. */
    public static long recordBytes(WalSegmentSize segments) {
        return segments.bytes() - LONG_HEADER_BYTES - (segments.bytes() / PAGE_BYTES - 1L) * SHORT_HEADER_BYTES;
    }

    private long follow(long start) {
        if (!load(start)) {
            return start;
        }
        var at = firstRecord(start);
        var end = at == start + headerBytes() ? start : at;
        for (var next = record(at); next != null; next = record(at)) {
            at = next;
            end = next;
        }
        return end;
    }

    /** Skips the rest of a record that began before the segment, whose beginning is not known. */
    private long firstRecord(long start) {
        var left = isContinued() ? rest() : 0;
        var at = start + headerBytes();
        while (left > 0) {
            var here = Math.min(left, pageAt + PAGE_BYTES - at);
            left -= here;
            at += here;
            if (left > 0 && load(at) && isOverwritten()) {
                return at;
            }
            if (left > 0) {
                if (pageAt != at || !isContinued() || rest() != left) {
                    return start + headerBytes();
                }
                at += headerBytes();
            }
        }
        return aligned(at);
    }

    /** Where the record ends that begins here; null if it is not valid. */
    private @Nullable Long record(long from) {
        var at = from;
        if (at % PAGE_BYTES == 0) {
            if (!load(at) || isContinued()) {
                return null;
            }
            at += headerBytes();
        } else if (!load(at - at % PAGE_BYTES)) {
            return null;
        }
        var offset = (int) (at - pageAt);
        var length = Integer.toUnsignedLong(fields.getInt(offset));
        if (length < RECORD_HEADER_BYTES || length > RECORD_BYTES_MAX) {
            return null;
        }
        return body(at, length);
    }

    private @Nullable Long body(long record, long length) {
        var crc = new CRC32C();
        var at = record;
        var done = 0L;
        while (done < length) {
            if (at % PAGE_BYTES == 0) {
                if (!load(at)) {
                    return null;
                }
                if (isOverwritten()) {
                    // The server crashed in the middle of this record: what follows begins on this page.
                    previous = 0;
                    return at;
                }
                if (!isContinued() || rest() != length - done) {
                    return null;
                }
                at += headerBytes();
            }
            var here = (int) Math.min(length - done, pageAt + PAGE_BYTES - at);
            take(crc, (int) (at - pageAt), here, done);
            done += here;
            at += here;
        }
        return isValid(crc) ? afterRecord(record, aligned(at)) : null;
    }

    /** Feeds a piece of a record to its checksum, all but the header, which comes last. */
    private void take(CRC32C crc, int offset, int length, long done) {
        var ofHeader = (int) Math.min(length, Math.max(0, RECORD_HEADER_BYTES - done));
        System.arraycopy(page, offset, header, (int) Math.min(done, RECORD_HEADER_BYTES), ofHeader);
        crc.update(page, offset + ofHeader, length - ofHeader);
    }

    private boolean isValid(CRC32C crc) {
        var recordFields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        crc.update(header, 0, CRC_AT);
        var before = recordFields.getLong(8);
        return Integer.toUnsignedLong(recordFields.getInt(CRC_AT)) == crc.getValue()
                && (previous == 0 || before == previous);
    }

    private long afterRecord(long record, long end) {
        previous = record;
        var isSwitch = header[17] == XLOG && (header[16] & 0xF0) == SWITCH;
        return isSwitch ? new Lsn(end - 1).segmentStart(segments).value() + segments.bytes() : end;
    }

    private boolean load(long at) {
        if (at == pageAt) {
            return true;
        }
        pageAt = -1;
        if (!reader.read(at, page, PAGE_BYTES)) {
            return false;
        }
        var found = Short.toUnsignedInt(fields.getShort(0));
        var isFirst = Long.remainderUnsigned(at, segments.bytes()) == 0;
        var isLong = (info() & LONG_HEADER) != 0;
        if (found < MAGIC_OLDEST || found > MAGIC_NEWEST || (magic != 0 && found != magic) || fields.getLong(8) != at
                || isFirst != isLong) {
            return false;
        }
        magic = found;
        pageAt = at;
        return true;
    }

    private int info() {
        return Short.toUnsignedInt(fields.getShort(2));
    }

    private boolean isContinued() {
        return (info() & CONTINUED) != 0;
    }

    private boolean isOverwritten() {
        return (info() & OVERWRITES) != 0;
    }

    /** How many bytes of the record that goes on here were left when the page began. */
    private long rest() {
        return Integer.toUnsignedLong(fields.getInt(16));
    }

    private int headerBytes() {
        return (info() & LONG_HEADER) != 0 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
    }

    private static long aligned(long at) {
        return (at + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
