// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.seal.Compressor;
import dev.muster.vault.seal.FrameHeader;
import java.util.ArrayList;
import java.util.List;

/** Seals WAL into the frames of one range after another, in buffers that it keeps. Not thread-safe. */
final class RangeSealer implements AutoCloseable {

    private static final int FRAME_EXTRA_BYTES = FrameHeader.BYTES + FrameHeader.TAG_BYTES;

    private final WalAccess access;
    private final Compressor compressor;
    private final byte[] plain = new byte[RangeFrame.BYTES_MAX];
    private byte[] sealed = {};
    private int length;

    /** @param level of zstd */
    RangeSealer(WalAccess access, int level) {
        this.access = access;
        this.compressor = new Compressor(level);
    }

    /** Seals these bytes; the frames are then the first {@link #length} bytes of {@link #sealed}. */
    List<RangeFrame> seal(WalSpan span, WalSource source) throws InterruptedException {
        var chain = access.chain();
        var sealer = chain.toOpening(access.random());
        var frames = new ArrayList<RangeFrame>();
        length = 0;
        reserve(span);
        for (var lsn = span.start(); lsn != span.end();) {
            var plainLength = (int) (WalSpan.earlier(span.end(), RangeFrame.cutAfter(lsn)) - lsn);
            source.read(lsn, plain, 0, plainLength);
            var id = chain.names().wal(lsn, plain, 0, plainLength);
            var frameLength = sealer.seal(id, compressor.compress(plain, 0, plainLength), sealed, length);
            frames.add(new RangeFrame(lsn, plainLength, id, frameLength, length));
            length += frameLength;
            lsn += plainLength;
        }
        return frames;
    }

    private void reserve(WalSpan span) {
        var frames = span.length() / RangeFrame.BYTES_MAX + 2;
        var most = Math.toIntExact(span.length() + frames * FRAME_EXTRA_BYTES);
        if (sealed.length < most) {
            sealed = new byte[most];
        }
    }

    byte[] sealed() {
        return sealed;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        compressor.close();
    }
}
