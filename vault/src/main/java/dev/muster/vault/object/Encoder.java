// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Writes the primitive types of docs/format.md, section 2, each in its one encoding. */
public final class Encoder {

    /** The longest text, in bytes of UTF-8. */
    public static final int TEXT_BYTES_MAX = 4096;
    /** The most pairs of a map. */
    public static final int MAP_ITEMS_MAX = 256;

    private final ByteArrayOutputStream out;

    public Encoder() {
        this(256);
    }

    public Encoder(int expectedBytes) {
        out = new ByteArrayOutputStream(expectedBytes);
    }

    public Encoder u8(int value) {
        out.write(inRange(value, 0xFF));
        return this;
    }

    public Encoder u16(int value) {
        inRange(value, 0xFFFF);
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    /** An unsigned 32-bit value given as a long. */
    public Encoder u32(long value) {
        inRange(value, 0xFFFF_FFFFL);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** All 64 bits, big-endian: an i64, a u64 or an LSN. */
    public Encoder u64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** Unsigned LEB128 of a value from 0 to 2^63-1. */
    public Encoder varint(long value) {
        long rest = inRange(value, Long.MAX_VALUE);
        while (rest >= 0x80) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    public Encoder raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    public Encoder raw(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, length);
        return this;
    }

    /** A varint length, then the bytes. */
    public Encoder bytes(byte[] bytes) {
        return varint(bytes.length).raw(bytes);
    }

    /** UTF-8 of at most {@link #TEXT_BYTES_MAX}, since nobody would read more. */
    public Encoder text(String text) {
        return bytes(limited(text.getBytes(StandardCharsets.UTF_8)));
    }

    public Encoder digest(Digest digest) {
        return raw(digest.bytes());
    }

    public Encoder uid(Uid uid) {
        return u64(uid.high()).u64(uid.low());
    }

    /** Microseconds since 1970-01-01 UTC; what lies below a microsecond is cut off. */
    public Encoder time(Instant time) {
        return u64(Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000));
    }

    /** A varint count, then each item as {@code item} writes it. */
    public <T> Encoder list(Collection<T> items, BiConsumer<Encoder, T> item) {
        varint(items.size());
        items.forEach(each -> item.accept(this, each));
        return this;
    }

    /** Texts by text, in the order of their UTF-8 bytes. */
    public Encoder map(Map<String, String> map) {
        SortedMap<Utf8Key, String> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(new Utf8Key(key.getBytes(StandardCharsets.UTF_8)), value));
        varint(inRange(sorted.size(), MAP_ITEMS_MAX));
        sorted.forEach((key, value) -> bytes(limited(key.utf8())).text(value));
        return this;
    }

    public int size() {
        return out.size();
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private static byte[] limited(byte[] text) {
        if (text.length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("a text of " + text.length + " bytes");
        }
        return text;
    }

    private static int inRange(int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not between 0 and " + max);
        }
        return value;
    }

    private static long inRange(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not between 0 and " + max);
        }
        return value;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Utf8Key(byte[] utf8) implements Comparable<Utf8Key> {
        @Override
        public int compareTo(Utf8Key other) {
            return Arrays.compareUnsigned(utf8, other.utf8);
        }
    }
}
