// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * One header of 512 bytes: name 100 @0, mode 8 @100, size 12 @124, time 12 @136, checksum 8 @148, type 1 @156, link 100
 * @157, magic 6 @257, version 2 @263, prefix 155 @345.
 */
final class TarHeader {

    static final int BLOCK_BYTES = 512;

    private static final int NAME = 0;
    private static final int NAME_BYTES = 100;
    private static final int MODE = 100;
    private static final int SIZE = 124;
    private static final int MODIFIED = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int SHORT_NUMBER_BYTES = 8;
    private static final int LONG_NUMBER_BYTES = 12;
    private static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    private static final String HERE = "./";
    private static final int MODE_MAX = 07777;
    private static final int BASE_256 = 0x80;

    private final String archive;
    private final byte[] block;

    TarHeader(String archive, byte[] block) {
        this.archive = archive;
        this.block = block;
    }

    TarMember member() {
        if (!Arrays.equals(block, MAGIC, MAGIC + USTAR.length, USTAR, 0, USTAR.length)) {
            throw malformed("a header is not that of a POSIX tar archive");
        }
        checkChecksum();
        var type = type();
        var size = number(SIZE, LONG_NUMBER_BYTES);
        if (size > 0 && type != TarMember.Type.FILE) {
            throw malformed("something other than a file has data");
        }
        return new TarMember(name(type), type, mode(), size, modified(), link(type));
    }

    /** The sum of all bytes, those of the field itself taken as spaces. */
    private void checkChecksum() {
        var sum = 0;
        for (var at = 0; at < BLOCK_BYTES; at++) {
            var inField = at >= CHECKSUM && at < CHECKSUM + SHORT_NUMBER_BYTES;
            sum += inField ? ' ' : block[at] & 0xFF;
        }
        if (sum != number(CHECKSUM, SHORT_NUMBER_BYTES)) {
            throw malformed("the checksum of a header is wrong");
        }
    }

    private TarMember.Type type() {
        return switch (block[TYPE]) {
            case '0' -> TarMember.Type.FILE;
            case '2' -> TarMember.Type.LINK;
            case '5' -> TarMember.Type.DIRECTORY;
            default -> throw malformed("it holds a member of unknown type " + (block[TYPE] & 0xFF));
        };
    }

    private int mode() {
        var mode = number(MODE, SHORT_NUMBER_BYTES);
        if (mode > MODE_MAX) {
            throw malformed("the mode of a member is " + Long.toOctalString(mode));
        }
        return (int) mode;
    }

    private Instant modified() {
        var seconds = number(MODIFIED, LONG_NUMBER_BYTES);
        if (seconds > Instant.MAX.getEpochSecond()) {
            throw malformed("a member was changed at second " + seconds);
        }
        return Instant.ofEpochSecond(seconds);
    }

    /**
     * PostgreSQL ends the names of directories, and of links, which all lead to directories, with a slash; those below
     * pg_wal it begins with a dot.
     */
    private String name(TarMember.Type type) {
        var prefix = text(PREFIX, PREFIX_BYTES);
        var written = prefix.isEmpty() ? text(NAME, NAME_BYTES) : prefix + "/" + text(NAME, NAME_BYTES);
        var from = written.startsWith(HERE) ? HERE.length() : 0;
        var slash = type != TarMember.Type.FILE && written.length() > from && written.endsWith("/");
        var name = written.substring(from, written.length() - (slash ? 1 : 0));
        for (var part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new TarFault.NameRefused(archive, written, "its name leads out of its directory");
            }
        }
        return name;
    }

    private String link(TarMember.Type type) {
        var link = text(LINK, NAME_BYTES);
        if (link.isEmpty() == (type == TarMember.Type.LINK)) {
            throw malformed("a link leads nowhere, or something that is no link leads somewhere");
        }
        return link;
    }

    /** The bytes before the first zero, or all of the field. */
    private String text(int offset, int bytesMax) {
        var length = 0;
        while (length < bytesMax && block[offset + length] != 0) {
            length++;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(block, offset, length)).toString();
        } catch (CharacterCodingException e) {
            var printable = new String(block, offset, length, StandardCharsets.ISO_8859_1);
            throw new TarFault.NameRefused(archive, printable, "its name is not UTF-8");
        }
    }

    /** Octal digits, or, if the first byte is 0x80, a big-endian number in the bytes after it. */
    private long number(int offset, int length) {
        return (block[offset] & 0xFF) == BASE_256
                ? base256(offset + 1, offset + length)
                : octal(offset, offset + length);
    }

    private long base256(int from, int to) {
        var value = 0L;
        for (var at = from; at < to; at++) {
            if (value >= 1L << (Long.SIZE - 1 - Byte.SIZE)) {
                throw malformed("a number of a header is too large");
            }
            value = (value << Byte.SIZE) | (block[at] & 0xFF);
        }
        return value;
    }

    private long octal(int from, int to) {
        var value = 0L;
        var at = from;
        for (; at < to && block[at] >= '0' && block[at] <= '7'; at++) {
            value = (value << 3) + (block[at] - '0');
        }
        var digits = at - from;
        while (at < to && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        if (digits == 0 || at < to) {
            throw malformed("a number of a header is not octal");
        }
        return value;
    }

    private TarFault malformed(String how) {
        return new TarFault.Malformed(archive, how);
    }
}
