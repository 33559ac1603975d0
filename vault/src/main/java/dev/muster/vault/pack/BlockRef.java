// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.seal.FrameExpectation;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.Naming;

/**
 * Where a block is, and what it must turn out to be.
 *
 * @param id name of the plaintext
 * @param pack digest of the pack
 * @param offset of the frame in the pack, in bytes
 * @param frameLength bytes of the frame
 * @param plainLength bytes of the plaintext
 */
public record BlockRef(Digest id, Digest pack, int offset, int frameLength, int plainLength) {

    /** The most that a reference can take, encoded. */
    public static final int ENCODED_BYTES_MAX = 2 * Digest.BYTES + 4 + 3 + 3;

    private static final int FRAME_BYTES_MIN = FrameHeader.BYTES + 1 + FrameHeader.TAG_BYTES;

    public BlockRef {
        if (!isPlausible(offset, frameLength, plainLength)) {
            throw new IllegalArgumentException(
                    "a frame of " + frameLength + " bytes at " + offset + " for " + plainLength + " bytes");
        }
    }

    /** Whether there can be such a frame in a pack. */
    public static boolean isPlausible(long offset, long frameLength, long plainLength) {
        return plainLength >= 1 && plainLength <= FrameHeader.PLAIN_BYTES_MAX
                && frameLength >= FRAME_BYTES_MIN
                && frameLength <= FrameHeader.BYTES + plainLength + FrameHeader.TAG_BYTES
                && offset >= Envelope.BYTES
                && offset <= PackFormat.PACK_BYTES_MAX - frameLength;
    }

    /** Reads what {@link #write} wrote. */
    public static BlockRef read(Decoder in) {
        Digest id = in.digest();
        return readPlace(in, id, in.digest());
    }

    /** Reads the offset and the lengths of a block whose id and pack are known. */
    public static BlockRef readPlace(Decoder in, Digest id, Digest pack) {
        long offset = in.varint();
        long frameLength = in.varint();
        long plainLength = in.varint();
        if (!isPlausible(offset, frameLength, plainLength)) {
            throw in.damage("a reference to " + frameLength + " bytes at " + offset + " for " + plainLength);
        }
        return new BlockRef(id, pack, (int) offset, (int) frameLength, (int) plainLength);
    }

    public void write(Encoder out) {
        writePlace(out.digest(id).digest(pack));
    }

    /** Writes the offset and the lengths alone. */
    public void writePlace(Encoder out) {
        out.varint(offset).varint(frameLength).varint(plainLength);
    }

    /** What the frame there must turn out to be. */
    FrameExpectation expectation(Naming naming) {
        return new FrameExpectation(naming, id, frameLength, plainLength);
    }

    int end() {
        return offset + frameLength;
    }
}
