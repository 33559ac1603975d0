// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The way back from {@link Compressor}. It holds native memory until it is closed. Not thread-safe. */
final class Decompressor implements AutoCloseable {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAGIC = 0xFD2FB528;
    private static final int WINDOW_BYTES_MAX = 1 << 20;

    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    /** Whether the content was one zstd frame, as the format wants it, of exactly {@code plain.length} bytes. */
    boolean decompress(byte[] content, int length, byte[] plain) {
        try {
            return isOneFrame(content, length, plain.length)
                    && zstd.decompressByteArray(plain, 0, plain.length, content, 0, length) == plain.length;
        } catch (ZstdException e) {
            return false;
        }
    }

    /** Frame header of RFC 8878, section 3.1.1.1: content size present and right, no dictionary, a small window. */
    private static boolean isOneFrame(byte[] content, int length, int plainLength) {
        if (length < 6 || (int) INT.get(content, 0) != MAGIC) {
            return false;
        }
        int descriptor = content[4];
        boolean hasDictionary = (descriptor & 3) != 0;
        boolean isSingleSegment = (descriptor & 0x20) != 0;
        if (hasDictionary || (!isSingleSegment && windowBytes(content[5]) > WINDOW_BYTES_MAX)) {
            return false;
        }
        return Zstd.getFrameContentSize(content, 0, length) == plainLength
                && Zstd.findFrameCompressedSize(content, 0, length) == length;
    }

    private static long windowBytes(byte descriptor) {
        long base = 1L << (10 + ((descriptor & 0xFF) >>> 3));
        return base + base / 8 * (descriptor & 7);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
