// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.EntryPath;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.Part;
import java.util.Arrays;
import java.util.Objects;

/**
 * Takes the bytes of one file from its beginning to its end. One thread at a time writes; several sinks of a session are
 * written side by side. Every method waits while too much is in work, and throws the failure of the session if there is
 * one.
 */
public final class FileSink implements AutoCloseable {

    private static final byte[] ZEROS = new byte[FrameHeader.PLAIN_BYTES_MAX];

    private final CaptureSession session;
    private final Pipeline pipeline;
    private final IndexKeeper index;
    private final FileEntry draft;
    private final Cutter cutter;
    private final FileMap map;
    private final FileFlow flow;
    private byte[] block;
    private int filled;
    private long position;
    private boolean ended;
    private boolean finished;

    FileSink(CaptureSession session, Pipeline pipeline, IndexKeeper index, FileEntry draft, Cutter cutter) {
        this.session = session;
        this.pipeline = pipeline;
        this.index = index;
        this.draft = draft;
        this.cutter = cutter;
        this.map = new FileMap(pipeline.mapper());
        this.flow = pipeline.open(map);
        this.block = newBlock();
    }

    /** How much of the file was taken. */
    public long position() {
        return position;
    }

    /** Takes the next bytes; the array can be used again afterwards. */
    public void write(byte[] bytes, int offset, int length) throws InterruptedException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        pipeline.counters().readBytes().add(length);
        append(bytes, offset, length);
    }

    /** Takes so many zeros that were not read: a hole. */
    public void zeros(long length) throws InterruptedException {
        requireOpen();
        long left = length;
        while (left > 0) {
            boolean whole = filled == 0 && cutter instanceof Cutter.Fixed && left >= cutter.blockBytesMax();
            int some = (int) Math.min(left, cutter.blockBytesMax() - (whole ? 0 : filled));
            if (whole) {
                part(new DraftPart.Zeros(some));
            } else {
                append(ZEROS, 0, some);
            }
            left -= some;
        }
    }

    /**
     * Adopts blocks of a file of an older snapshot unread, from where this file is; whole blocks only.
     *
     * @param length how many bytes are known to be the same in both files from here
     * @return how many were adopted; what is left of the length must be written
     */
    public long adopt(CaptureBase base, FileEntry file, long length) throws InterruptedException {
        return adopt(base, file, position + length, false);
    }

    /**
     * Adopts what is left of a file of an older snapshot unread, from where this file is to the end of both: nothing
     * differs from here on.
     *
     * @return how many bytes were adopted; the next block must be written if they are not all, then this can go on
     */
    public long adoptRest(CaptureBase base, FileEntry file) throws InterruptedException {
        return adopt(base, file, file.size(), true);
    }

    /**
     * Ends the file.
     *
     * @param check a check sum that the source knows
     */
    public void finish(ContentCheck check) throws InterruptedException {
        if (finished) {
            throw new IllegalStateException("the file is finished: " + draft.path());
        }
        if (filled > 0) {
            block(filled);
        }
        finished = true;
        map.describe(draft, position, check);
        if (!EntryPath.isOwn(draft.path())) {
            pipeline.counters().files().increment();
            pipeline.counters().sourceBytes().add(position);
        }
        flow.end();
        pipeline.giveBuffer(block);
        pipeline.close(flow);
    }

    /** Without {@link #finish} before it, the session fails: a part of a file is not a file. */
    @Override
    public void close() {
        if (!finished) {
            finished = true;
            pipeline.close(flow);
            session.fail(new VaultFault.NotCommitted("a file was not captured to its end", draft.path()));
        }
    }

    private void append(byte[] bytes, int offset, int length) throws InterruptedException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int some = Math.min(left, block.length - filled);
            System.arraycopy(bytes, from, block, filled, some);
            int looked = filled;
            filled += some;
            from += some;
            left -= some;
            for (int cut = cutter.cut(block, looked, filled); cut >= 0; cut = cutter.cut(block, 0, filled)) {
                block(cut);
            }
        }
    }

    /** The first bytes of the buffer are a block. */
    private void block(int length) throws InterruptedException {
        byte[] full = block;
        block = newBlock();
        int rest = filled - length;
        System.arraycopy(full, length, block, 0, rest);
        filled = rest;
        position += length;
        pipeline.counters().logicalBytes().add(length);
        if (Arrays.mismatch(full, 0, length, ZEROS, 0, length) < 0) {
            pipeline.giveBuffer(full);
            pipeline.submit(flow, new DraftPart.Zeros(length));
        } else {
            boolean fits = cutter instanceof Cutter.Fixed;
            pipeline.submit(new BlockTask(flow, fits ? full : Arrays.copyOf(full, length), length));
        }
    }

    private void part(DraftPart part) throws InterruptedException {
        long length = switch (part) {
            case DraftPart.Zeros zeros -> zeros.length();
            case DraftPart.Adopted(BlockRef ref) -> ref.plainLength();
            case DraftPart.Fresh(PendingFrame frame) -> frame.plainLength();
        };
        position += length;
        pipeline.counters().logicalBytes().add(length);
        pipeline.submit(flow, part);
    }

    private long adopt(CaptureBase base, FileEntry file, long end, boolean toEnd) throws InterruptedException {
        requireOpen();
        long start = position;
        long until = Math.min(end, file.size());
        if (filled == 0 && cutter instanceof Cutter.Fixed && start < until) {
            base.reader().trees().parts(file, start, (at, part) -> switch (part) {
                case Part.Zeros zeros -> adoptZeros(Math.min(until, at + zeros.length()), toEnd ? until : -1);
                case Part.Block(BlockRef ref) -> adoptBlock(at, ref, until, toEnd);
            } && position < until);
        }
        return position - start;
    }

    /** Says whether all of it was adopted. */
    private boolean adoptZeros(long until, long end) throws InterruptedException {
        while (until - position >= cutter.blockBytesMax()) {
            part(new DraftPart.Zeros(cutter.blockBytesMax()));
        }
        if (position < until && until == end) {
            part(new DraftPart.Zeros(until - position));
            ended = true;
        }
        return position == until;
    }

    /** Says whether it was adopted. */
    private boolean adoptBlock(long at, BlockRef ref, long until, boolean toEnd) throws InterruptedException {
        boolean whole = ref.plainLength() == cutter.blockBytesMax();
        boolean last = toEnd && at + ref.plainLength() == until;
        if (at != position || at + ref.plainLength() > until || !(whole || last) || !index.adopt(ref)) {
            return false;
        }
        part(new DraftPart.Adopted(ref));
        ended = !whole;
        return true;
    }

    private byte[] newBlock() {
        return cutter instanceof Cutter.Fixed ? pipeline.takeBuffer() : new byte[cutter.blockBytesMax()];
    }

    private void requireOpen() {
        if (finished || ended) {
            throw new IllegalStateException("the file has ended: " + draft.path());
        }
    }
}
