// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Bytes that grow at their end, in pieces too small to be a burden to the garbage collector of a small heap. Written by
 * one thread, then read by any.
 */
final class PackBytes {

    private static final int PIECE_BYTES = 128 << 10;

    private final List<byte[]> pieces = new ArrayList<>();
    private int length;

    int length() {
        return length;
    }

    void append(byte[] source, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, source.length);
        int from = offset;
        int left = count;
        while (left > 0) {
            int at = length % PIECE_BYTES;
            if (at == 0) {
                pieces.add(new byte[PIECE_BYTES]);
            }
            int n = Math.min(left, PIECE_BYTES - at);
            System.arraycopy(source, from, pieces.getLast(), at, n);
            from += n;
            left -= n;
            length += n;
        }
    }

    void append(byte[] source) {
        append(source, 0, source.length);
    }

    void append(PackBytes other) {
        int left = other.length;
        for (byte[] piece : other.pieces) {
            int n = Math.min(left, PIECE_BYTES);
            append(piece, 0, n);
            left -= n;
        }
    }

    void update(MessageDigest digest) {
        int left = length;
        for (byte[] piece : pieces) {
            int n = Math.min(left, PIECE_BYTES);
            digest.update(piece, 0, n);
            left -= n;
        }
    }

    /** All bytes from the beginning. */
    InputStream open() {
        return new Stream();
    }

    private final class Stream extends InputStream {

        private int at;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            Objects.checkFromIndexSize(offset, count, target.length);
            if (count == 0 || at == length) {
                return count == 0 ? 0 : -1;
            }
            int inPiece = at % PIECE_BYTES;
            int n = Math.min(Math.min(count, PIECE_BYTES - inPiece), length - at);
            System.arraycopy(pieces.get(at / PIECE_BYTES), inPiece, target, offset, n);
            at += n;
            return n;
        }

        @Override
        public int available() {
            return length - at;
        }
    }
}
