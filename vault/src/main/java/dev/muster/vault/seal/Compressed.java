// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

/**
 * What a frame will hold: the plaintext smaller, or the plaintext itself. Valid until its {@link Compressor} is used
 * again or the plaintext changes.
 *
 * @param buffer where the content is
 * @param offset of its first byte
 * @param length in bytes
 * @param plainLength bytes of plaintext
 * @param compressed whether the content is a zstd frame
 */
@SuppressWarnings("ArrayRecordComponent")
public record Compressed(byte[] buffer, int offset, int length, int plainLength, boolean compressed) {

    /** The plaintext as it is. */
    public static Compressed stored(byte[] plain, int offset, int length) {
        return new Compressed(plain, offset, length, length, false);
    }

    /** Bytes of the frame that will hold it. */
    public int frameLength() {
        return FrameHeader.BYTES + length + FrameHeader.TAG_BYTES;
    }
}
