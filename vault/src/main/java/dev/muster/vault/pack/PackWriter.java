// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.store.Sha256;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.FrameSealer;
import dev.muster.vault.seal.KeyChain;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Fills one pack. Frames are sealed and appended in the order of the calls, so that their counters ascend with their
 * offsets. Not thread-safe.
 */
public final class PackWriter {

    private final Kind kind;
    private final int targetBytes;
    private final FrameSealer sealer;
    private final PackBytes bytes = new PackBytes();
    private final PackBytes directory = new PackBytes();
    private byte[] frame = {};
    private int frames;

    /**
     * Begins a pack with a seed of its own.
     *
     * @param kind of data or of map blocks
     * @param targetBytes it is full when it is as long
     */
    public PackWriter(Kind kind, KeyChain chain, SecureRandom random, int targetBytes) {
        this.kind = PackFormat.requirePack(kind);
        this.targetBytes = Math.min(targetBytes, PackFormat.PACK_BYTES_MAX);
        this.sealer = kind == Kind.DATA ? chain.toOpening(random) : chain.underMetadata(random);
        bytes.append(new Envelope(kind, chain.repository()).bytes());
    }

    /** Whether this frame may be added: the pack is not full, and does not get longer than a pack may be. */
    public boolean takes(Compressed content) {
        long end = (long) bytes.length() + content.frameLength() + directory.length()
                + PackFormat.DIRECTORY_ENTRY_BYTES + PackFormat.FOOTER_BYTES;
        return !isFull() && end <= PackFormat.PACK_BYTES_MAX;
    }

    /** Whether it has its target size. */
    public boolean isFull() {
        return bytes.length() >= targetBytes || frames == PackFormat.FRAMES_MAX;
    }

    /** How many frames it holds. */
    public int frames() {
        return frames;
    }

    /** Bytes of the frames so far. */
    public int frameBytes() {
        return bytes.length() - Envelope.BYTES;
    }

    /**
     * Seals a block and appends its frame, which is {@link Compressed#frameLength} long.
     *
     * @return the offset of the frame
     */
    public int append(Digest id, Compressed content) {
        if (!takes(content)) {
            throw new IllegalStateException("the pack is full");
        }
        int length = content.frameLength();
        if (frame.length < length) {
            frame = new byte[length];
        }
        sealer.seal(id, content, frame, 0);
        int offset = bytes.length();
        bytes.append(frame, 0, length);
        directory.append(new Encoder(PackFormat.DIRECTORY_ENTRY_BYTES).digest(id)
                .u32(offset)
                .u32(length)
                .u32(content.plainLength())
                .toByteArray());
        frames++;
        return offset;
    }

    /** Ends the pack with its directory and computes its digest; nothing can be appended afterwards. */
    public SealedPack close() {
        if (frames == 0) {
            throw new IllegalStateException("an empty pack");
        }
        int directoryOffset = bytes.length();
        bytes.append(directory);
        bytes.append(new Encoder(PackFormat.FOOTER_BYTES).u32(directoryOffset)
                .u32(frames)
                .u64(PackFormat.MAGIC)
                .toByteArray());
        MessageDigest sha256 = Sha256.newDigest();
        bytes.update(sha256);
        return new SealedPack(kind, Digest.of(sha256.digest()), bytes);
    }
}
