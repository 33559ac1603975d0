// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Which index objects are in the local index: a log that is forced before the first entry of one is put, when it may be
 * there in part, and after the last one is durable, when it is there as a whole. It begins with the generation that the
 * other files of the local index must have. Not thread-safe.
 */
final class Inclusions implements AutoCloseable {

    private static final int RECORD_BYTES = Digest.BYTES + 8;
    private static final int CRC = Digest.BYTES + 4;

    private final FileChannel file;
    private final Uid generation;
    private final Map<Digest, Boolean> wholes = new HashMap<>();

    private Inclusions(FileChannel file, Uid generation) {
        this.file = file;
        this.generation = generation;
    }

    /** Begins an empty log. */
    static Inclusions create(Path path, Uid generation) throws IOException {
        FileChannel file = OwnerOnly.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        Inclusions inclusions = new Inclusions(file, generation);
        inclusions.append(ByteBuffer.wrap(generation.bytes()));
        return inclusions;
    }

    /** Reads a log up to its first record that is not whole, where it goes on; empty if there is none. */
    static Optional<Inclusions> open(Path path) throws IOException {
        if (!Files.exists(path) || Files.size(path) < Uid.BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path));
        byte[] generation = new byte[Uid.BYTES];
        in.get(generation);
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
        Inclusions inclusions = new Inclusions(file, Uid.at(generation, 0));
        int end = inclusions.read(in);
        file.truncate(end);
        file.position(end);
        return Optional.of(inclusions);
    }

    Uid generation() {
        return generation;
    }

    /** All index objects of which something may be in the local index. */
    Set<Digest> all() {
        return Set.copyOf(wholes.keySet());
    }

    /** Whether all that this index object says is in the local index. */
    boolean isWhole(Digest indexObject) {
        return wholes.getOrDefault(indexObject, false);
    }

    /** Says durably that entries of these may be put from now on. */
    void begin(Collection<Digest> indexObjects) throws IOException {
        append(indexObjects, false);
    }

    /** Says durably that these are there as a whole, which must be durable already. */
    void finish(Collection<Digest> indexObjects) throws IOException {
        append(indexObjects, true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private int read(ByteBuffer in) {
        byte[] record = new byte[RECORD_BYTES];
        int end = in.position();
        while (in.remaining() >= RECORD_BYTES) {
            in.get(record);
            ByteBuffer fields = ByteBuffer.wrap(record);
            if (fields.getInt(CRC) != crc(record)) {
                return end;
            }
            wholes.put(Digest.at(record, 0), fields.getInt(Digest.BYTES) == 1);
            end += RECORD_BYTES;
        }
        return end;
    }

    private void append(Collection<Digest> indexObjects, boolean whole) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(indexObjects.size() * RECORD_BYTES);
        for (Digest each : indexObjects) {
            byte[] record = ByteBuffer.allocate(RECORD_BYTES).put(each.bytes()).putInt(whole ? 1 : 0).array();
            out.put(record, 0, CRC).putInt(crc(record));
            wholes.put(each, whole);
        }
        append(out.flip());
    }

    private void append(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            file.write(out);
        }
        file.force(true);
    }

    /** Of everything before it in the record. */
    private static int crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, CRC);
        return (int) crc.getValue();
    }
}
