// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * 32 bytes of SHA-256 or HMAC-SHA-256: the name of an object or the id of a block. Ordered as unsigned bytes. Held in
 * four longs, since millions of them live at once.
 */
public final class Digest implements Comparable<Digest> {

    public static final int BYTES = 32;

    /** Stands for "none" where the format has a digest and nothing to name. */
    public static final Digest NONE = new Digest(0, 0, 0, 0);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    private Digest(long a, long b, long c, long d) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
    }

    /** The 32 bytes at {@code offset}. */
    public static Digest at(byte[] bytes, int offset) {
        return new Digest((long) LONG.get(bytes, offset), (long) LONG.get(bytes, offset + 8),
                (long) LONG.get(bytes, offset + 16), (long) LONG.get(bytes, offset + 24));
    }

    /** The digest that these 32 bytes are. */
    public static Digest of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
        }
        return at(bytes, 0);
    }

    /** From 64 lower-case hex digits. */
    public static Digest parse(String hex) {
        Digest digest = of(HexFormat.of().parseHex(hex));
        if (!digest.hex().equals(hex)) {
            throw new IllegalArgumentException("not lower-case: " + hex);
        }
        return digest;
    }

    /** The SHA-256 of these bytes. */
    public static Digest sha256(byte[] bytes, int offset, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, offset, length);
            return of(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The SHA-256 of these bytes. */
    public static Digest sha256(byte[] bytes) {
        return sha256(bytes, 0, bytes.length);
    }

    /** Writes the 32 bytes at {@code offset}. */
    public void put(byte[] target, int offset) {
        LONG.set(target, offset, a);
        LONG.set(target, offset + 8, b);
        LONG.set(target, offset + 16, c);
        LONG.set(target, offset + 24, d);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        put(bytes, 0);
        return bytes;
    }

    /** The first eight bytes, big-endian: enough to spread over a hash table or to begin a nonce. */
    public long prefix() {
        return a;
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public int compareTo(Digest other) {
        if (a != other.a) {
            return Long.compareUnsigned(a, other.a);
        }
        if (b != other.b) {
            return Long.compareUnsigned(b, other.b);
        }
        return c != other.c ? Long.compareUnsigned(c, other.c) : Long.compareUnsigned(d, other.d);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Digest other && a == other.a && b == other.b && c == other.c && d == other.d;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a ^ d);
    }

    @Override
    public String toString() {
        return hex();
    }
}
