// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Takes a log from the beginning of a segment on, in pieces of any size, and hands out its records one after the other,
 * until the first that is not whole: there the server's own recovery would end too. Layout of PostgreSQL 15 to 18
 * (xlog_internal.h, xlogrecord.h, xlogreader.c), as little-endian machines write it. Not safe for use by several threads.
 */
public final class LogScan {

    private static final int PAGE_BYTES = 8_192;
    private static final int SHORT_HEADER_BYTES = 24;
    private static final int LONG_HEADER_BYTES = 40;
    private static final int RECORD_HEADER_BYTES = 24;
    private static final int CRC_AT = 20;
    private static final int MANAGER_AT = 17;
    private static final int INFO_AT = 16;
    private static final int XID_AT = 4;
    private static final int PREVIOUS_AT = 8;
    private static final int ALIGNMENT = 8;
    private static final int RECORD_BYTES_MAX = 1_020 << 20;
    private static final int KEPT_BYTES_MAX = 64 << 20;
    private static final int MAGIC_OLDEST = 0xD110;
    private static final int MAGIC_NEWEST = 0xD1FF;
    private static final int CONTINUED = 1;
    private static final int LONG_HEADER = 2;
    private static final int OVERWRITES = 8;
    private static final int SWITCH = 0x40;
    private static final int KIND_MASK = 0xF0;

    private final WalSegmentSize segments;
    private final Consumer<LogRecord> records;
    private final byte[] page = new byte[PAGE_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] header = new byte[RECORD_HEADER_BYTES];
    private final ByteBuffer headerFields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();

    /** The page that is being filled, and how much of it was looked at; 0 before its header was. */
    private long pageAt;
    private int fill;
    private int at;

    /** The record that is being read: its length, how much of it has come, what is kept of it. */
    private long recordAt;
    private long length;
    private long done;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Bytes of a record that began before the first segment, and where a switched segment goes on. */
    private long skip;
    private long resumeAt;
    private long previous;
    private boolean started;
    private boolean ended;
    private Lsn end;

    /** @param start the beginning of the first segment */
    public LogScan(WalSegmentSize segments, Lsn start, Consumer<LogRecord> records) {
        this.segments = segments;
        this.records = records;
        this.pageAt = start.value();
        this.end = start;
    }

    /** The position after the last record that was handed out. */
    public Lsn end() {
        return end;
    }

    /** Whether a record was met that is not whole: nothing is handed out any more. */
    public boolean ended() {
        return ended;
    }

    /** Takes the next bytes of the log. */
    public void accept(byte[] bytes, int offset, int count) {
        var from = offset;
        var to = offset + count;
        while (from < to && !ended) {
            var taken = Math.min(PAGE_BYTES - fill, to - from);
            System.arraycopy(bytes, from, page, fill, taken);
            fill += taken;
            from += taken;
            look();
        }
    }

    /** Looks at what has come of the page, and goes on to the next one when all of it has. */
    private void look() {
        if (at == 0 && !header()) {
            return;
        }
        while (!ended && at < fill) {
            if (!step()) {
                break;
            }
        }
        if (fill == PAGE_BYTES) {
            pageAt += PAGE_BYTES;
            fill = 0;
            at = 0;
        }
    }

    /** Reads the page's header as soon as it is there; says whether the page can be looked at. */
    private boolean header() {
        if (Long.compareUnsigned(pageAt, resumeAt) < 0) {
            at = PAGE_BYTES;
            return true;
        }
        if (fill < LONG_HEADER_BYTES) {
            return false;
        }
        var magic = Short.toUnsignedInt(fields.getShort(0));
        var info = Short.toUnsignedInt(fields.getShort(2));
        var isFirst = Long.remainderUnsigned(pageAt, segments.bytes()) == 0;
        var isLong = (info & LONG_HEADER) != 0;
        if (magic < MAGIC_OLDEST || magic > MAGIC_NEWEST || fields.getLong(8) != pageAt || isFirst != isLong) {
            ended = true;
            return false;
        }
        at = isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
        continued((info & CONTINUED) != 0, (info & OVERWRITES) != 0, Integer.toUnsignedLong(fields.getInt(16)));
        return !ended;
    }

    private void continued(boolean continues, boolean overwrites, long rest) {
        if (!started) {
            started = true;
            skip = continues ? rest : 0;
        } else if (overwrites) {
            // The server crashed in the middle of a record: what follows it begins on this page.
            length = 0;
            skip = 0;
            previous = 0;
        } else if (length > 0 || skip > 0) {
            ended = !continues || rest != (skip > 0 ? skip : length - done);
        } else {
            ended = continues;
        }
    }

    /** Takes what the page holds of one record, or of what is skipped; false if more must come first. */
    private boolean step() {
        if (skip > 0) {
            var taken = (int) Math.min(skip, fill - at);
            skip -= taken;
            at += taken;
            if (skip == 0) {
                align();
            }
            return true;
        }
        if (length == 0) {
            return begin();
        }
        take();
        return true;
    }

    private boolean begin() {
        if (fill - at < Integer.BYTES) {
            return false;
        }
        var said = Integer.toUnsignedLong(fields.getInt(at));
        if (said < RECORD_HEADER_BYTES || said > RECORD_BYTES_MAX) {
            ended = true;
            return false;
        }
        recordAt = pageAt + at;
        length = said;
        done = 0;
        kept.reset();
        crc.reset();
        return true;
    }

    private void take() {
        var count = (int) Math.min(length - done, fill - at);
        var ofHeader = Math.clamp(RECORD_HEADER_BYTES - done, 0, count);
        System.arraycopy(page, at, header, (int) Math.min(done, RECORD_HEADER_BYTES), ofHeader);
        var body = count - ofHeader;
        crc.update(page, at + ofHeader, body);
        if (body > 0 && isKept()) {
            kept.write(page, at + ofHeader, body);
        }
        done += count;
        at += count;
        if (done == length) {
            finish();
        }
    }

    private boolean isKept() {
        var manager = header[MANAGER_AT];
        return (manager == LogRecord.XLOG || manager == LogRecord.XACT) && kept.size() < KEPT_BYTES_MAX;
    }

    private void finish() {
        crc.update(header, 0, CRC_AT);
        var before = headerFields.getLong(PREVIOUS_AT);
        if (Integer.toUnsignedLong(headerFields.getInt(CRC_AT)) != crc.getValue()
                || (previous != 0 && before != previous)) {
            ended = true;
            return;
        }
        previous = recordAt;
        length = 0;
        align();
        var info = Byte.toUnsignedInt(header[INFO_AT]);
        var manager = Byte.toUnsignedInt(header[MANAGER_AT]);
        var next = pageAt + at;
        if (manager == LogRecord.XLOG && (info & KIND_MASK) == SWITCH) {
            next = new Lsn(next - 1).segmentStart(segments).value() + segments.bytes();
            resumeAt = next;
            at = PAGE_BYTES;
        }
        end = new Lsn(next);
        records.accept(new LogRecord(new Lsn(recordAt), end, Integer.toUnsignedLong(headerFields.getInt(XID_AT)),
                manager, info, kept.toByteArray()));
    }

    private void align() {
        at = (at + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
