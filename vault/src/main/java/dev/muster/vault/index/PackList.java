// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The packs that the local index knows, each with a number: a file that only grows, and its contents in memory, 64 bytes
 * a pack. Not thread-safe.
 */
final class PackList implements AutoCloseable {

    /** The entries of {@link BlockTable} have room for as many. */
    static final int PACKS_MAX = 1 << 25;

    // A record: digest, length, kind, check sum.
    private static final int LENGTH = Digest.BYTES;
    private static final int KIND = LENGTH + 4;
    private static final int CRC = KIND + 4;
    private static final int RECORD_BYTES = CRC + 4;
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int READ_BYTES = 1 << 16;
    private static final int NONE = -1;

    private final FileChannel file;
    private byte[] records = new byte[RECORD_BYTES * 64];
    private int[] slots = new int[256];
    private int count;
    private int written;

    private PackList(FileChannel file) {
        this.file = file;
        Arrays.fill(slots, NONE);
    }

    /** Begins an empty list. */
    static PackList create(Path path) throws IOException {
        return new PackList(OwnerOnly.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE));
    }

    /** Reads a list up to its first record that is not whole, where it goes on. */
    static PackList open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        PackList list = new PackList(file);
        byte[] record = new byte[RECORD_BYTES];
        long end = 0;
        InputStream in = new BufferedInputStream(Channels.newInputStream(file), READ_BYTES);
        while (in.readNBytes(record, 0, RECORD_BYTES) == RECORD_BYTES && crc(record) == word(record, CRC)) {
            list.append(record);
            end += RECORD_BYTES;
        }
        file.truncate(end);
        file.position(end);
        list.written = list.count;
        return list;
    }

    int count() {
        return count;
    }

    /** The number of a pack; -1 if it has none. */
    int find(Digest pack) {
        return slots[slot(pack)];
    }

    /** The number of a pack, which it gets now if it has none. */
    int add(Kind kind, IndexedPack pack) {
        int found = find(pack.digest());
        if (found != NONE) {
            return found;
        }
        if (count == PACKS_MAX) {
            throw new IllegalStateException("more packs than the local index can number");
        }
        byte[] said = new Encoder(RECORD_BYTES).digest(pack.digest()).u32(pack.length()).u32(kind.code()).toByteArray();
        append(new Encoder(RECORD_BYTES).raw(said).u32(Integer.toUnsignedLong(crc(said))).toByteArray());
        return count - 1;
    }

    Digest digest(int number) {
        return Digest.at(records, number * RECORD_BYTES);
    }

    int length(int number) {
        return word(records, number * RECORD_BYTES + LENGTH);
    }

    Kind kind(int number) {
        return word(records, number * RECORD_BYTES + KIND) == Kind.DATA.code() ? Kind.DATA : Kind.MAP;
    }

    /** Makes the list durable. */
    void force() throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(records, written * RECORD_BYTES, (count - written) * RECORD_BYTES);
        while (rest.hasRemaining()) {
            file.write(rest);
        }
        written = count;
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void append(byte[] record) {
        int at = count * RECORD_BYTES;
        if (at + RECORD_BYTES > records.length) {
            records = Arrays.copyOf(records, Math.multiplyExact(2, records.length));
        }
        System.arraycopy(record, 0, records, at, RECORD_BYTES);
        count++;
        if (2L * count > slots.length) {
            rehash();
        } else {
            slots[slot(digest(count - 1))] = count - 1;
        }
    }

    private void rehash() {
        slots = new int[Math.multiplyExact(2, slots.length)];
        Arrays.fill(slots, NONE);
        for (int number = 0; number < count; number++) {
            slots[slot(digest(number))] = number;
        }
    }

    private int slot(Digest pack) {
        int mask = slots.length - 1;
        int at = Long.hashCode(pack.prefix()) & mask;
        while (slots[at] != NONE && !digest(slots[at]).equals(pack)) {
            at = at + 1 & mask;
        }
        return at;
    }

    private static int word(byte[] bytes, int at) {
        return (int) WORD.get(bytes, at);
    }

    /** Of everything before it in the record. */
    private static int crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, CRC);
        return (int) crc.getValue();
    }
}
