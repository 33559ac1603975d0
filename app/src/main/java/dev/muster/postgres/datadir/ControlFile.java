// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control}, version 1300 (PostgreSQL 13 to 16), 1700 or 1800. Source of the layout: catalog/pg_control.h;
 * all numbers are those of a little-endian 64-bit server.
 *
 * @param system the cluster
 * @param version of the file's layout
 * @param catalogVersion tells apart what minor releases share: 202209061 is PostgreSQL 15
 * @param checkpoint the last one
 * @param sizes how the server was built
 * @param checksums whether pages carry checksums
 * @param limits which must not be lower on a server that replays this cluster's WAL
 */
public record ControlFile(SystemId system, int version, int catalogVersion, Checkpoint checkpoint, Sizes sizes,
        boolean checksums, Limits limits) {

    /** Below the data directory. */
    public static final String PATH = "global/pg_control";

    /** The size of the file; all but the first few hundred bytes are zeros. */
    public static final int BYTES = 8192;

    /**
     * Where the last checkpoint is said to be in a file that {@link #withoutCheckpoint} has made: in a segment that no
     * cluster has.
     */
    public static final Lsn NO_CHECKPOINT = new Lsn(0xDEAD);

    private static final int VERSION = 8;
    private static final int CATALOG_VERSION = 12;
    private static final int CHECKPOINT = 32;
    private static final int REDO = 40;
    private static final int TIMELINE = 48;
    private static final int CHECKPOINT_TIME = 104;
    private static final int LIMITS = 180;
    private static final int SIZES = 216;
    private static final int CHECKSUM_VERSION = 252;
    private static final int VERSION_13 = 1300;
    private static final int VERSION_17 = 1700;
    private static final int VERSION_18 = 1800;

    /**
     * A checkpoint.
     *
     * @param location of its record
     * @param redo where replay from it begins
     * @param time when it began, in whole seconds
     */
    public record Checkpoint(Lsn location, Lsn redo, TimelineId timeline, Instant time) {}

    /**
     * The sizes that the server was built with.
     *
     * @param blockBytes of a page
     * @param segmentBlocks of the files of relations, in pages
     * @param walBlockBytes of a page of WAL
     * @param walSegment of the files of WAL
     */
    public record Sizes(int blockBytes, int segmentBlocks, int walBlockBytes, WalSegmentSize walSegment) {}

    /** The settings of these names. */
    public record Limits(int maxConnections, int maxWorkerProcesses, int maxWalSenders, int maxPreparedTransactions,
            int maxLocksPerTransaction) {}

    /** Reads a whole file; refuses one whose checksum is wrong. */
    public static ControlFile parse(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new DataDirectoryFault.Damaged(PATH, "it has " + bytes.length + " bytes");
        }
        var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var version = in.getInt(VERSION);
        var crcOffset = crcOffset(version);
        if (crc(bytes, crcOffset) != in.getInt(crcOffset)) {
            throw new DataDirectoryFault.Damaged(PATH, "its checksum is wrong");
        }
        try {
            var checkpoint = new Checkpoint(new Lsn(in.getLong(CHECKPOINT)), new Lsn(in.getLong(REDO)),
                    new TimelineId(in.getInt(TIMELINE)), Instant.ofEpochSecond(in.getLong(CHECKPOINT_TIME)));
            return new ControlFile(new SystemId(in.getLong(0)), version, in.getInt(CATALOG_VERSION), checkpoint,
                    sizes(in), in.getInt(CHECKSUM_VERSION) != 0, limits(in));
        } catch (IllegalArgumentException e) {
            throw new DataDirectoryFault.Damaged(PATH, e.toString());
        }
    }

    private static Sizes sizes(ByteBuffer in) {
        return new Sizes(in.getInt(SIZES), in.getInt(SIZES + 4), in.getInt(SIZES + 8),
                new WalSegmentSize(in.getInt(SIZES + 12)));
    }

    private static Limits limits(ByteBuffer in) {
        return new Limits(in.getInt(LIMITS), in.getInt(LIMITS + 4), in.getInt(LIMITS + 8), in.getInt(LIMITS + 12),
                in.getInt(LIMITS + 16));
    }

    /**
     * A copy of the file that says its last checkpoint is at {@link #NO_CHECKPOINT}: a server starts from it only with a
     * backup label, which says where the checkpoint really is. Whoever removes the label of a restored cluster would
     * otherwise start it from a wrong place, silently damaged.
     */
    public static byte[] withoutCheckpoint(byte[] bytes) {
        parse(bytes);
        var copy = bytes.clone();
        var out = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(CHECKPOINT, NO_CHECKPOINT.value());
        var crcOffset = crcOffset(out.getInt(VERSION));
        out.putInt(crcOffset, crc(copy, crcOffset));
        return copy;
    }

    private static int crcOffset(int version) {
        return switch (version) {
            case VERSION_13, VERSION_17 -> 288;
            case VERSION_18 -> 292;
            default -> throw new DataDirectoryFault.Unsupported(PATH, "its version is "
                    + Integer.toUnsignedString(version));
        };
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
