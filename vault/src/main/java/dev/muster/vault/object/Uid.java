// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/** 16 random bytes that name something for ever: a repository, a session, a slot, an incarnation of WAL. */
public record Uid(long high, long low) implements Comparable<Uid> {

    public static final int BYTES = 16;

    /** Stands for "none" where the format has a uid and nothing to name. */
    public static final Uid NONE = new Uid(0, 0);

    public static Uid random(SecureRandom random) {
        return new Uid(random.nextLong(), random.nextLong());
    }

    /** The 16 bytes at {@code offset}. */
    public static Uid at(byte[] bytes, int offset) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, BYTES);
        return new Uid(buffer.getLong(), buffer.getLong());
    }

    /** From 32 lower-case hex digits. */
    public static Uid parse(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != BYTES || !HexFormat.of().formatHex(bytes).equals(hex)) {
            throw new IllegalArgumentException("not 32 lower-case hex digits: " + hex);
        }
        return at(bytes, 0);
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public int compareTo(Uid other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return hex();
    }
}
