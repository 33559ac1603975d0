// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Compresses pieces of plaintext, each into one zstd frame with its content size and no dictionary. It holds native
 * memory until it is closed. Not thread-safe.
 */
public final class Compressor implements AutoCloseable {

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private byte[] buffer = {};

    /** @param level of zstd: 1 is fast, 3 is usual, 19 is slow */
    public Compressor(int level) {
        zstd.setLevel(level);
        zstd.setContentSize(true);
        zstd.setChecksum(false);
        zstd.setDictID(false);
    }

    /**
     * The content of a frame for this piece of plaintext.
     *
     * @param length 1 to {@link FrameHeader#PLAIN_BYTES_MAX}, which also bounds the window
     * @return the plaintext itself if it does not get smaller; valid until the next call
     */
    public Compressed compress(byte[] plain, int offset, int length) {
        int bound = (int) Zstd.compressBound(length);
        if (buffer.length < bound) {
            buffer = new byte[bound];
        }
        int size = zstd.compressByteArray(buffer, 0, buffer.length, plain, offset, length);
        return size < length
                ? new Compressed(buffer, 0, size, length, true)
                : Compressed.stored(plain, offset, length);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
