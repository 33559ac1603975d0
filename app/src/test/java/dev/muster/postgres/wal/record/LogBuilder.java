// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.WalSegmentSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** Writes a log as a server does, from the beginning of a segment: pages, records, checksums; the contents are random. */
public final class LogBuilder {

    private static final int PAGE = 8_192;

    private final Random random;
    private final WalSegmentSize segments;
    private final long start;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Long> ends = new ArrayList<>();
    private long previous;

    public LogBuilder(long seed, WalSegmentSize segments, long start) {
        this.random = new Random(seed);
        this.segments = segments;
        this.start = start;
    }

    /** Records of up to so many bytes until the log has so many. */
    public LogBuilder fill(int lengthMin, int recordBytesMax) {
        while (out.size() < lengthMin) {
            record(24 + random.nextInt(recordBytesMax - 23), 1, 0);
        }
        return this;
    }

    /** One record of this length. */
    public LogBuilder record(int length) {
        return record(length, 1, 0);
    }

    /** The record after which the segment is left as it is. */
    public LogBuilder switchSegment() {
        record(24, 0, 0x40);
        while (at() % segments.bytes() != 0) {
            if (at() % PAGE == 0) {
                header(0);
            }
            out.write(0);
        }
        ends.set(ends.size() - 1, at());
        return this;
    }

    private LogBuilder record(int length, int manager, int info) {
        var record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(record.array());
        header(0, at() % PAGE == 0);
        var here = at();
        record.putInt(0, length).putLong(8, previous).put(16, (byte) info).put(17, (byte) manager);
        var crc = new CRC32C();
        crc.update(record.array(), 24, length - 24);
        crc.update(record.array(), 0, 20);
        record.putInt(20, (int) crc.getValue());
        for (var done = 0; done < length;) {
            header(length - done, at() % PAGE == 0);
            var piece = (int) Math.min(length - done, PAGE - at() % PAGE);
            out.write(record.array(), done, piece);
            done += piece;
        }
        while (at() % 8 != 0) {
            out.write(0);
        }
        previous = here;
        ends.add(at());
        return this;
    }

    private void header(int rest, boolean due) {
        if (due) {
            header(rest);
        }
    }

    private void header(int rest) {
        var isFirst = at() % segments.bytes() == 0;
        var header = ByteBuffer.allocate(isFirst ? 40 : 24).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) 0xD116).putShort((short) ((rest > 0 ? 1 : 0) | (isFirst ? 2 : 0))).putInt(1)
                .putLong(at()).putInt(rest);
        if (isFirst) {
            header.putLong(24, 4711).putInt(32, segments.bytes()).putInt(36, PAGE);
        }
        out.writeBytes(header.array());
    }

    private long at() {
        return start + out.size();
    }

    /** The bytes from the start to the end of the last record. */
    public byte[] bytes() {
        return out.toByteArray();
    }

    /** Where each record ends. */
    public List<Long> ends() {
        return ends;
    }
}
