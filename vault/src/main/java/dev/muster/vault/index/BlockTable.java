// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.pack.BlockRef;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from block id to place in a mapped file: open addressing, linear probing, entries of 48 bytes, ordered
 * roughly by id, so that a table is copied into a larger one from end to end. Every entry carries a check sum over all it
 * says, its pack's digest included: whatever a crash or a bad disk makes of the file, a look-up finds what was put, or
 * nothing. Not thread-safe; several threads may look up while none puts.
 *
 * <p>The header, one page: magic, generation, number of slots, number of entries, clean (1) or not (0), check sum.
 */
final class BlockTable implements AutoCloseable {

    static final int ENTRY_BYTES = 48;

    private static final long MAGIC = 0x4D55_5354_4149_4431L;
    private static final int HEADER_BYTES = 4096;
    private static final int HEADER_USED_BYTES = 48;
    private static final int FILL_BYTES = 1 << 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    // An entry: the id; pack number (28 bits), offset (26), upper frame length (10); lower frame length (11), plain length
    // (21), never 0; check sum.
    private static final int PLACE = Digest.BYTES;
    private static final int LENGTHS = PLACE + 8;
    private static final int CRC = LENGTHS + 4;

    private final Arena arena = Arena.ofShared();
    private final FileChannel file;
    private final Uid generation;
    private final PackList packs;
    private final MemorySegment map;
    private final long slots;
    private long entries;

    private BlockTable(FileChannel file, Uid generation, PackList packs, long slots) throws IOException {
        this.file = file;
        this.generation = generation;
        this.packs = packs;
        this.slots = slots;
        this.map = file.map(MapMode.READ_WRITE, 0, HEADER_BYTES + slots * ENTRY_BYTES, arena);
    }

    /**
     * Makes an empty table. The file is written out, so that a full disk is noticed now and not when a page of the map is
     * touched.
     */
    static BlockTable create(Path path, Uid generation, PackList packs, long slots) throws IOException {
        FileChannel file = OwnerOnly.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
        for (long left = HEADER_BYTES + slots * ENTRY_BYTES; left > 0; left -= zeros.limit()) {
            zeros.clear().limit((int) Math.min(left, FILL_BYTES));
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
            zeros.flip();
        }
        BlockTable table = new BlockTable(file, generation, packs, slots);
        table.writeHeader(false);
        return table;
    }

    /** Opens a table; empty if this is none, or not of this generation. */
    static Optional<BlockTable> open(Path path, Uid generation, PackList packs) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer header = ByteBuffer.allocate(HEADER_USED_BYTES);
        while (header.hasRemaining() && file.read(header, header.position()) >= 0) {
            // reads until the header is whole or the file has ended
        }
        byte[] bytes = header.array();
        long slots = header.getLong(24);
        boolean fits = !header.hasRemaining() && header.getLong(0) == MAGIC
                && Uid.at(bytes, 8).equals(generation)
                && header.getInt(44) == crc(bytes, 44)
                && slots > 0 && file.size() == HEADER_BYTES + slots * ENTRY_BYTES;
        if (!fits) {
            file.close();
            return Optional.empty();
        }
        BlockTable table = new BlockTable(file, generation, packs, slots);
        boolean clean = header.getInt(40) == 1;
        table.entries = clean ? header.getLong(32) : table.countEntries();
        if (table.entries < 0 || 10 * table.entries > 6 * slots) {
            table.close();
            return Optional.empty();
        }
        table.writeHeader(false);
        return Optional.of(table);
    }

    long entries() {
        return entries;
    }

    long slots() {
        return slots;
    }

    /** Whether one more entry would fill it above six tenths. */
    boolean isCrowded() {
        return 10 * (entries + 1) > 6 * slots;
    }

    /** Where a block is; empty if no whole entry says so. */
    Optional<BlockRef> find(Digest id) {
        long at = slotOf(id);
        return isEmpty(at) ? Optional.empty() : Optional.ofNullable(read(at, id));
    }

    /** Says where a block is, whatever was said of it before. The pack has a number already. */
    void put(BlockRef block) {
        long at = slotOf(block.id());
        if (isEmpty(at)) {
            if (isCrowded()) {
                throw new IllegalStateException("the table is full");
            }
            entries++;
        }
        int pack = packs.find(block.pack());
        long place = (long) pack << 36 | (long) block.offset() << 10 | block.frameLength() >>> 11;
        int lengths = block.frameLength() << 21 | block.plainLength();
        byte[] id = block.id().bytes();
        long offset = offset(at);
        MemorySegment.copy(MemorySegment.ofArray(id), 0, map, offset, Digest.BYTES);
        map.set(LONG, offset + PLACE, place);
        map.set(INT, offset + LENGTHS, lengths);
        map.set(INT, offset + CRC, check(id, block.pack(), place, lengths));
    }

    /** Copies all entries into this empty table. */
    void copyFrom(BlockTable other) {
        for (long from = 0; from < other.slots; from++) {
            if (!other.isEmpty(from)) {
                byte[] id = new byte[Digest.BYTES];
                long source = offset(from);
                MemorySegment.copy(other.map, source, MemorySegment.ofArray(id), 0, id.length);
                long to = slotOf(Digest.of(id));
                entries += isEmpty(to) ? 1 : 0;
                MemorySegment.copy(other.map, source, map, offset(to), ENTRY_BYTES);
            }
        }
    }

    /** Makes all entries durable. */
    void force() {
        map.force();
    }

    /** Makes everything durable and says so in the header; nothing is put afterwards. */
    void finish() {
        map.force();
        writeHeader(true);
    }

    @Override
    public void close() throws IOException {
        arena.close();
        file.close();
    }

    private long countEntries() {
        long count = 0;
        for (long at = 0; at < slots; at++) {
            count += isEmpty(at) ? 0 : 1;
        }
        return count;
    }

    private void writeHeader(boolean clean) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_USED_BYTES)
                .putLong(MAGIC)
                .put(generation.bytes())
                .putLong(slots)
                .putLong(entries)
                .putInt(clean ? 1 : 0);
        header.putInt(crc(header.array(), 44));
        MemorySegment.copy(MemorySegment.ofArray(header.array()), 0, map, 0, HEADER_USED_BYTES);
        map.asSlice(0, HEADER_BYTES).force();
    }

    /** The slot that holds this id, or the empty one where it would go. */
    private long slotOf(Digest id) {
        byte[] bytes = id.bytes();
        MemorySegment wanted = MemorySegment.ofArray(bytes);
        // Spreads by the upper bits, which keeps the order of the ids; an id is a keyed hash and nobody chooses it.
        long at = Math.unsignedMultiplyHigh(id.prefix(), slots);
        for (long probes = 0; !isEmpty(at) && !isAt(at, id, wanted); probes++) {
            if (probes == slots) {
                throw new IllegalStateException("no slot of the table is empty");
            }
            at = at + 1 == slots ? 0 : at + 1;
        }
        return at;
    }

    private boolean isAt(long at, Digest id, MemorySegment wanted) {
        long offset = offset(at);
        return map.get(LONG, offset) == id.prefix()
                && MemorySegment.mismatch(map, offset, offset + Digest.BYTES, wanted, 0, Digest.BYTES) < 0;
    }

    private boolean isEmpty(long at) {
        return map.get(INT, offset(at) + LENGTHS) == 0;
    }

    private @Nullable BlockRef read(long at, Digest id) {
        long offset = offset(at);
        long place = map.get(LONG, offset + PLACE);
        int lengths = map.get(INT, offset + LENGTHS);
        int pack = (int) (place >>> 36);
        if (pack >= packs.count()) {
            return null;
        }
        Digest digest = packs.digest(pack);
        int frameOffset = (int) (place >>> 10) & 0x3FF_FFFF;
        int frameLength = (int) (place & 0x3FF) << 11 | lengths >>> 21;
        int plainLength = lengths & 0x1F_FFFF;
        boolean whole = map.get(INT, offset + CRC) == check(id.bytes(), digest, place, lengths)
                && BlockRef.isPlausible(frameOffset, frameLength, plainLength);
        return whole ? new BlockRef(id, digest, frameOffset, frameLength, plainLength) : null;
    }

    private static long offset(long slot) {
        return HEADER_BYTES + slot * ENTRY_BYTES;
    }

    private static int check(byte[] id, Digest pack, long place, int lengths) {
        ByteBuffer said = ByteBuffer.allocate(2 * Digest.BYTES + 12)
                .put(id)
                .put(pack.bytes())
                .putLong(place)
                .putInt(lengths);
        return crc(said.array(), said.capacity());
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
