// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one archive from bytes that arrive in pieces of any size. It takes exactly what PostgreSQL writes (ustar headers
 * for files, directories and symbolic links, data padded with zeros, two blocks of zeros at the end) and refuses
 * everything else. Source of the layout: PostgreSQL's port/tar.c and IEEE 1003.1, pax, ustar interchange format.
 *
 * <p>Not safe for use by several threads.
 */
public final class TarReader {

    private enum State {
        HEADER, DATA, PADDING, SECOND_ZERO_BLOCK, ENDED
    }

    private static final byte[] ZEROS = new byte[TarHeader.BLOCK_BYTES];

    private final String archive;
    private final TarSink sink;
    private final byte[] block = new byte[TarHeader.BLOCK_BYTES];

    private State state = State.HEADER;
    private int blockFill;
    private long left;
    private int padding;
    private @Nullable TarMember member;

    /** @param archive names the archive in messages, such as {@code base.tar} */
    public TarReader(String archive, TarSink sink) {
        this.archive = archive;
        this.sink = sink;
    }

    /** Takes the next bytes of the archive and hands on what they complete. */
    public void accept(byte[] bytes, int offset, int length) throws InterruptedException {
        var at = offset;
        var end = offset + length;
        while (at < end) {
            at += switch (state) {
                case HEADER -> header(bytes, at, end);
                case DATA -> data(bytes, at, end);
                case PADDING -> padding(bytes, at, end);
                case SECOND_ZERO_BLOCK -> secondZeroBlock(bytes, at, end);
                case ENDED -> afterTheEnd(bytes, at, end);
            };
        }
    }

    /** Says that no more bytes will come; refuses an archive that is cut short. */
    public void end() {
        if (state != State.ENDED) {
            var inside = member == null ? "" : " inside " + member.name();
            throw malformed("it ends too early" + inside);
        }
    }

    private int header(byte[] bytes, int at, int end) throws InterruptedException {
        var taken = fill(bytes, at, end);
        if (blockFill == block.length) {
            blockFill = 0;
            if (isZero(block, 0, block.length)) {
                state = State.SECOND_ZERO_BLOCK;
            } else {
                begin(new TarHeader(archive, block).member());
            }
        }
        return taken;
    }

    private void begin(TarMember next) throws InterruptedException {
        member = next;
        left = next.size();
        padding = (int) (-next.size() & (TarHeader.BLOCK_BYTES - 1));
        sink.begin(next);
        if (left > 0) {
            state = State.DATA;
        } else {
            finish();
        }
    }

    private void finish() throws InterruptedException {
        sink.end(Objects.requireNonNull(member));
        member = null;
        state = State.HEADER;
    }

    private int data(byte[] bytes, int at, int end) throws InterruptedException {
        var taken = (int) Math.min(left, end - at);
        sink.data(bytes, at, taken);
        left -= taken;
        if (left == 0) {
            state = State.PADDING;
            if (padding == 0) {
                finish();
            }
        }
        return taken;
    }

    private int padding(byte[] bytes, int at, int end) throws InterruptedException {
        var taken = Math.min(padding, end - at);
        if (!isZero(bytes, at, at + taken)) {
            throw malformed("a file's data are followed by something else than zeros");
        }
        padding -= taken;
        if (padding == 0) {
            finish();
        }
        return taken;
    }

    private int secondZeroBlock(byte[] bytes, int at, int end) {
        var taken = fill(bytes, at, end);
        if (blockFill == block.length) {
            blockFill = 0;
            if (!isZero(block, 0, block.length)) {
                throw malformed("one block of zeros stands between its members");
            }
            state = State.ENDED;
        }
        return taken;
    }

    private int afterTheEnd(byte[] bytes, int at, int end) {
        if (!isZero(bytes, at, end)) {
            throw malformed("bytes follow its end");
        }
        return end - at;
    }

    private int fill(byte[] bytes, int at, int end) {
        var taken = Math.min(block.length - blockFill, end - at);
        System.arraycopy(bytes, at, block, blockFill, taken);
        blockFill += taken;
        return taken;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (var at = from; at < to; at += ZEROS.length) {
            var length = Math.min(ZEROS.length, to - at);
            if (!Arrays.equals(bytes, at, at + length, ZEROS, 0, length)) {
                return false;
            }
        }
        return true;
    }

    private TarFault malformed(String how) {
        return new TarFault.Malformed(archive, how);
    }
}
