// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the primitive types of docs/format.md, section 2. Whatever is cut short, too large, or not in its one encoding
 * is {@link VaultFault.Damage}; nothing is allocated before the input is known to hold it.
 */
public final class Decoder {

    private static final int VARINT_BYTES_MAX = 9;

    private final String subject;
    private final ByteBuffer in;

    /** @param subject what is being read, for the message when it is damaged */
    public Decoder(String subject, byte[] bytes) {
        this(subject, bytes, 0, bytes.length);
    }

    public Decoder(String subject, byte[] bytes, int offset, int length) {
        this.subject = subject;
        this.in = ByteBuffer.wrap(bytes, offset, length).slice();
    }

    public int u8() {
        return need(1).get() & 0xFF;
    }

    public int u16() {
        return need(2).getShort() & 0xFFFF;
    }

    public long u32() {
        return need(4).getInt() & 0xFFFF_FFFFL;
    }

    /** A u32 that must lie between these bounds. */
    public int size(int min, int max) {
        long value = u32();
        if (value < min || value > max) {
            throw damage("a size is " + value + ", not between " + min + " and " + max);
        }
        return (int) value;
    }

    /** All 64 bits: an i64, a u64 or an LSN. */
    public long u64() {
        return need(8).getLong();
    }

    public long varint() {
        long value = 0;
        for (int at = 0; at < VARINT_BYTES_MAX; at++) {
            int next = u8();
            value |= (long) (next & 0x7F) << (7 * at);
            if (next < 0x80) {
                if (next == 0 && at > 0) {
                    throw damage("a number is not in its shortest form");
                }
                return value;
            }
        }
        throw damage("a number has more than 9 bytes");
    }

    /** A varint that must not be above {@code max}. */
    public int varint(int max) {
        long value = varint();
        if (value > max) {
            throw damage("a number is " + value + ", at most " + max + " is allowed");
        }
        return (int) value;
    }

    public byte[] raw(int length) {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    public byte[] bytes(int bytesMax) {
        return raw(varint(bytesMax));
    }

    public String text(int bytesMax) {
        byte[] utf8 = bytes(bytesMax);
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damage("a text is not UTF-8");
        }
    }

    public Digest digest() {
        return Digest.at(raw(Digest.BYTES), 0);
    }

    public Uid uid() {
        return new Uid(u64(), u64());
    }

    public Instant time() {
        long micros = u64();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    /** At most {@code countMax} items, each as {@code item} reads it. */
    public <T> List<T> list(int countMax, Function<Decoder, T> item) {
        int count = varint(countMax);
        List<T> items = new ArrayList<>(Math.min(count, in.remaining()));
        for (int at = 0; at < count; at++) {
            items.add(item.apply(this));
        }
        return items;
    }

    /** At most {@code countMax} texts by text, keys strictly ascending by their UTF-8 bytes. */
    public Map<String, String> map(int countMax, int bytesMax) {
        int count = varint(countMax);
        Map<String, String> map = new LinkedHashMap<>();
        byte[] previous = null;
        for (int at = 0; at < count; at++) {
            String key = text(bytesMax);
            byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
            if (previous != null && Arrays.compareUnsigned(previous, utf8) >= 0) {
                throw damage("the keys of a map do not ascend");
            }
            previous = utf8;
            map.put(key, text(bytesMax));
        }
        return map;
    }

    /** Reads bytes that were taken out of these: what is wrong with them is wrong with the same subject. */
    public Decoder of(byte[] bytes) {
        return new Decoder(subject, bytes);
    }

    public int remaining() {
        return in.remaining();
    }

    /** Refuses what lies behind the last field. */
    public void end() {
        if (in.hasRemaining()) {
            throw damage(in.remaining() + " bytes too many");
        }
    }

    public VaultFault.Damage damage(String how) {
        return new VaultFault.Damage(how, subject);
    }

    private ByteBuffer need(int length) {
        if (in.remaining() < length) {
            throw damage("cut short: " + length + " bytes wanted, " + in.remaining() + " left");
        }
        return in;
    }
}
