// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.security.SecureRandom;
import javax.crypto.SecretKey;

/**
 * Seals the frames of one object, in their order, under one seed. An object has a sealer of its own and nobody else
 * has it: the counter and the id are the nonce. Not thread-safe.
 */
public final class FrameSealer {

    private static final long COUNTER_MAX = 0xFFFF_FFFFL;

    private final Sealing sealing;
    private final int epoch;
    private final byte[] owner;
    private final SecretKey key;
    private final Digest seed;
    private final FrameCipher cipher = new FrameCipher();
    private long counter;

    private FrameSealer(Sealing sealing, int epoch, byte[] owner, FrameKeys.Fresh fresh) {
        this.sealing = sealing;
        this.epoch = epoch;
        this.owner = owner;
        this.key = fresh.key();
        this.seed = fresh.seed();
    }

    /**
     * For a pack of data or the bytes of a range of WAL: what it seals only holders of the opening key can open.
     *
     * @throws VaultFault.NotGranted without the naming key
     */
    public static FrameSealer toOpening(Uid repository, EpochKeys keys, SecureRandom random) {
        return of(Sealing.OPENING, new FrameKeys(repository, keys), keys.epoch(), repository.bytes(), random);
    }

    /** For a pack of map blocks. */
    public static FrameSealer underMetadata(Uid repository, EpochKeys keys, SecureRandom random) {
        return of(Sealing.METADATA, new FrameKeys(repository, keys), keys.epoch(), repository.bytes(), random);
    }

    /** @param owner what is authenticated before each header: the repository, or the envelope of a metadata object */
    static FrameSealer of(Sealing sealing, FrameKeys keys, int epoch, byte[] owner, SecureRandom random) {
        return new FrameSealer(sealing, epoch, owner, keys.fresh(sealing, random));
    }

    /**
     * Writes the next frame at {@code target[offset..]}.
     *
     * @return its length, {@link Compressed#frameLength}
     */
    public int seal(Digest id, Compressed content, byte[] target, int offset) {
        if (content.plainLength() < 1 || content.plainLength() > FrameHeader.PLAIN_BYTES_MAX || counter > COUNTER_MAX) {
            throw new IllegalArgumentException("frame " + counter + " of " + content.plainLength() + " bytes");
        }
        FrameHeader header = new FrameHeader(sealing, content.compressed(), epoch, counter++, content.plainLength(),
                content.frameLength(), seed, id);
        cipher.seal(key, owner, header, content, target, offset);
        return header.frameLength();
    }

    /** Public part of the key of this object's frames. */
    public Digest seed() {
        return seed;
    }

    /** The epoch whose keys seal the frames. */
    public int epoch() {
        return epoch;
    }
}
