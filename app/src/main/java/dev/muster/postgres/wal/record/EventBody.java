// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads what records of transactions and restore points say. Layouts: xlogrecord.h (the headers before the main data),
 * xact.h (ParseCommitRecord), xlog_internal.h (xl_restore_point).
 */
final class EventBody {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final int BLOCKS_MAX = 32;
    private static final int MAIN_SHORT = 255;
    private static final int MAIN_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOP_XID = 252;

    private static final int RESTORE_POINT = 0x70;
    private static final int RESTORE_POINT_MASK = 0xF0;
    private static final int NAME_BYTES = 64;

    private static final int TRANSACTION_MASK = 0x70;
    private static final int COMMIT = 0x00;
    private static final int ABORT = 0x20;
    private static final int COMMIT_PREPARED = 0x30;
    private static final int ABORT_PREPARED = 0x40;
    private static final int HAS_INFO = 0x80;

    private static final int DATABASE = 1;
    private static final int SUBTRANSACTIONS = 1 << 1;
    private static final int RELATIONS = 1 << 2;
    private static final int INVALIDATIONS = 1 << 3;
    private static final int TWO_PHASE = 1 << 4;
    private static final int DROPPED_STATISTICS = 1 << 8;
    private static final int DATABASE_BYTES = 8;
    private static final int XID_BYTES = 4;
    private static final int RELATION_BYTES = 12;
    private static final int INVALIDATION_BYTES = 16;
    private static final int STATISTICS_BYTES = 12;
    private static final int STATISTICS_BYTES_18 = 16;

    private final LogRecord record;
    private final ByteBuffer in;

    EventBody(LogRecord record) {
        this.record = record;
        this.in = ByteBuffer.wrap(record.body()).order(ByteOrder.LITTLE_ENDIAN);
    }

    Optional<LogRecord.Event> event() {
        try {
            if (!atMainData()) {
                return Optional.empty();
            }
            return record.manager() == LogRecord.XLOG ? restorePoint() : transactionEnd();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Skips the headers; says whether there is main data and no block. */
    private boolean atMainData() {
        while (in.hasRemaining()) {
            var id = in.get() & 0xFF;
            if (id <= BLOCKS_MAX) {
                return false;
            }
            switch (id) {
                case ORIGIN -> skip(Short.BYTES);
                case TOP_XID -> skip(Integer.BYTES);
                case MAIN_SHORT -> {
                    skip(Byte.BYTES);
                    return true;
                }
                case MAIN_LONG -> {
                    skip(Integer.BYTES);
                    return true;
                }
                default -> throw new IllegalArgumentException("not a header of a record: " + id);
            }
        }
        return false;
    }

    private Optional<LogRecord.Event> restorePoint() {
        if ((record.info() & RESTORE_POINT_MASK) != RESTORE_POINT) {
            return Optional.empty();
        }
        var time = time();
        var name = new byte[Math.min(NAME_BYTES, in.remaining())];
        in.get(name);
        var length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return Optional.of(new LogRecord.Event.RestorePoint(new String(name, 0, length, StandardCharsets.UTF_8), time));
    }

    private Optional<LogRecord.Event> transactionEnd() {
        var kind = record.info() & TRANSACTION_MASK;
        var committed = kind == COMMIT || kind == COMMIT_PREPARED;
        if (!committed && kind != ABORT && kind != ABORT_PREPARED) {
            return Optional.empty();
        }
        var time = time();
        var prepared = kind == COMMIT_PREPARED || kind == ABORT_PREPARED;
        var xid = prepared ? preparedXid() : record.xid();
        return Optional.of(new LogRecord.Event.TransactionEnd(xid, committed, time));
    }

    /** The transaction that was prepared is named behind all that it did; the header names who ended it. */
    private long preparedXid() {
        var info = (record.info() & HAS_INFO) == 0 ? 0 : in.getInt();
        if ((info & TWO_PHASE) == 0) {
            return record.xid();
        }
        // Each of the parts in between is skipped by its own length; that of statistics differs by release, so that both
        // are tried, and the one after which everything fits is right.
        var start = in.position();
        for (var statistics : new int[]{STATISTICS_BYTES_18, STATISTICS_BYTES}) {
            in.position(start);
            if (skipParts(info, statistics)) {
                return Integer.toUnsignedLong(in.getInt());
            }
        }
        throw new IllegalArgumentException("the end of a prepared transaction cannot be read");
    }

    private boolean skipParts(int info, int statistics) {
        var fits = skipped((info & DATABASE) != 0 ? DATABASE_BYTES : 0)
                && skippedList((info & SUBTRANSACTIONS) != 0, XID_BYTES)
                && skippedList((info & RELATIONS) != 0, RELATION_BYTES)
                && skippedList((info & DROPPED_STATISTICS) != 0, statistics)
                && skippedList((info & INVALIDATIONS) != 0, INVALIDATION_BYTES);
        return fits && in.remaining() >= XID_BYTES;
    }

    private boolean skippedList(boolean present, int itemBytes) {
        if (!present) {
            return true;
        }
        if (in.remaining() < Integer.BYTES) {
            return false;
        }
        var count = in.getInt();
        return count >= 0 && skipped((long) count * itemBytes);
    }

    private boolean skipped(long bytes) {
        if (bytes > in.remaining()) {
            return false;
        }
        in.position(in.position() + (int) bytes);
        return true;
    }

    private Instant time() {
        return EPOCH.plus(in.getLong(), ChronoUnit.MICROS);
    }

    private void skip(int bytes) {
        in.position(in.position() + bytes);
    }
}
