// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.VaultFault;
import java.nio.ByteBuffer;

/**
 * The first 80 bytes of a frame (docs/format.md, section 6).
 *
 * @param sealing to whom
 * @param compressed whether the plaintext was compressed with zstd
 * @param epoch the epoch whose keys seal it
 * @param counter how many frames this seed had sealed before
 * @param plainLength bytes of plaintext, at most {@link #PLAIN_BYTES_MAX}
 * @param frameLength bytes of the whole frame, header and tag included
 * @param seed public part of the frame's key
 * @param id name of the plaintext
 */
public record FrameHeader(Sealing sealing, boolean compressed, int epoch, long counter, int plainLength,
        int frameLength, Digest seed, Digest id) {

    public static final int BYTES = 80;
    public static final int TAG_BYTES = 16;
    public static final int PLAIN_BYTES_MAX = 1 << 20;
    /** The largest possible frame: plaintext that does not compress is stored as it is. */
    public static final int FRAME_BYTES_MAX = BYTES + PLAIN_BYTES_MAX + TAG_BYTES;

    private static final int SEED_AT = 16;
    private static final int ID_AT = 48;

    /** Writes the 80 bytes at {@code target[offset..]}. */
    void put(byte[] target, int offset) {
        ByteBuffer.wrap(target, offset, BYTES)
                .put((byte) Envelope.SUITE)
                .put((byte) (sealing.code() << 4 | (compressed ? 1 : 0)))
                .putShort((short) epoch)
                .putInt((int) counter)
                .putInt(plainLength)
                .putInt(frameLength);
        seed.put(target, offset + SEED_AT);
        id.put(target, offset + ID_AT);
    }

    /** Reads the header at {@code offset} and checks it against the limits and the bytes that are there. */
    public static FrameHeader read(String subject, byte[] bytes, int offset, int available) {
        if (available < BYTES) {
            throw new VaultFault.Damage("a frame is cut short", subject);
        }
        Decoder in = new Decoder(subject, bytes, offset, BYTES);
        int suite = in.u8();
        int how = in.u8();
        int sealing = how >>> 4;
        int codec = how & 0xF;
        int epoch = in.u16();
        long counter = in.u32();
        long plainLength = in.u32();
        long frameLength = in.u32();
        if (suite != Envelope.SUITE) {
            throw new VaultFault.Unsupported("suite " + suite, subject);
        }
        if (sealing < 1 || sealing > 2 || codec > 1) {
            throw in.damage("a frame has sealing " + sealing + " and codec " + codec);
        }
        if (plainLength < 1 || plainLength > PLAIN_BYTES_MAX || frameLength <= BYTES + TAG_BYTES
                || frameLength > BYTES + plainLength + TAG_BYTES || frameLength > available) {
            throw in.damage("a frame of " + frameLength + " bytes for " + plainLength + " of plaintext, " + available
                    + " there");
        }
        return new FrameHeader(sealing == 1 ? Sealing.OPENING : Sealing.METADATA, codec == 1, epoch, counter,
                (int) plainLength, (int) frameLength, in.digest(), in.digest());
    }
}
