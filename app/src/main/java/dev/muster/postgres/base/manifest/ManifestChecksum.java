// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 of all lines but the last, of bytes that arrive in pieces of any size. */
final class ManifestChecksum {

    /** A path is at most 1,024 bytes long, in hex twice that; the rest of a line is short. */
    private static final int LINE_BYTES_MAX = 16 * 1024;

    private final MessageDigest sha256;

    /** The last complete line, which may turn out to be the last of all, and what has followed it. */
    private byte[] held = new byte[1024];
    private int lineEnd;
    private int fill;

    ManifestChecksum() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    void accept(byte[] bytes, int offset, int length) {
        var from = offset;
        for (var at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                hold(bytes, from, at + 1);
                from = at + 1;
                sha256.update(held, 0, lineEnd);
                System.arraycopy(held, lineEnd, held, 0, fill - lineEnd);
                fill -= lineEnd;
                lineEnd = fill;
            }
        }
        hold(bytes, from, offset + length);
    }

    /** The digest in lower-case hex; the bytes must have ended with a line. */
    String hex() {
        if (fill != lineEnd || fill == 0) {
            throw new ManifestFault.Malformed("its last line has no end");
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void hold(byte[] bytes, int from, int to) {
        var needed = fill + to - from;
        if (needed - lineEnd > LINE_BYTES_MAX) {
            throw new ManifestFault.Malformed("it has a line of more than " + LINE_BYTES_MAX + " bytes");
        }
        if (needed > held.length) {
            held = Arrays.copyOf(held, Math.max(needed, 2 * held.length));
        }
        System.arraycopy(bytes, from, held, fill, to - from);
        fill = needed;
    }
}
