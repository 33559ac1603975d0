// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Paths of entries: bytes in the format, text in the program. Bytes that are not UTF-8 become the characters U+DC80 to
 * U+DCFF one by one and come back from them, as Python's {@code surrogateescape} (PEP 383) does, so that a file with any
 * name can be captured and restored.
 */
public final class EntryPath {

    /** The longest path and the longest link target. */
    public static final int PATH_BYTES_MAX = 4096;

    /** Under this directory lies what describes the capture. */
    public static final String OWN = ".muster";

    private static final char ESCAPE = 0xDC00;

    private EntryPath() {}

    /** The bytes of a path or link target. */
    public static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 8);
        int at = 0;
        while (at < text.length()) {
            int next = at;
            while (next < text.length() && !isEscape(text, next)) {
                next += Character.charCount(text.codePointAt(next));
            }
            out.writeBytes(text.substring(at, next).getBytes(StandardCharsets.UTF_8));
            if (next < text.length()) {
                out.write(text.charAt(next++) - ESCAPE);
            }
            at = next;
        }
        return out.toByteArray();
    }

    /** The text of the bytes of a path or link target; {@link #bytes} is its way back. */
    public static String text(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int bad = 0; bad < result.length(); bad++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
            result = decoder.reset().decode(in, out, true);
        }
        return out.flip().toString();
    }

    /** The order of entries in a table. */
    public static int compare(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(left, right);
    }

    /** What is wrong with a path: empty if it may stand in a table. The empty path is the root directory. */
    public static Optional<String> objection(byte[] path) {
        if (path.length > PATH_BYTES_MAX) {
            return Optional.of("a path of " + path.length + " bytes");
        }
        int start = 0;
        for (int at = 0; at <= path.length && path.length > 0; at++) {
            if (at < path.length && path[at] == 0) {
                return Optional.of("a path with a NUL");
            }
            if (at == path.length || path[at] == '/') {
                if (isNoName(path, start, at)) {
                    return Optional.of("a path with an empty, a . or a .. segment");
                }
                start = at + 1;
            }
        }
        return Optional.empty();
    }

    /** Whether a path names what describes the capture, or its directory. */
    public static boolean isOwn(String path) {
        return path.equals(OWN) || path.startsWith(OWN + "/");
    }

    /** The directory above a path other than the root's. */
    static byte[] parent(byte[] path) {
        int slash = path.length - 1;
        while (slash > 0 && path[slash] != '/') {
            slash--;
        }
        return Arrays.copyOf(path, Math.max(slash, 0));
    }

    private static boolean isNoName(byte[] path, int start, int end) {
        int length = end - start;
        boolean dots = length <= 2;
        for (int at = start; at < end; at++) {
            dots &= path[at] == '.';
        }
        return dots;
    }

    private static boolean isEscape(String text, int at) {
        char character = text.charAt(at);
        return character >= ESCAPE + 0x80 && character <= ESCAPE + 0xFF;
    }
}
