// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one epoch, as far as the role at hand has them. The arrays are the ones given, not copies, so that
 * {@link #wipe} reaches them; nobody else changes them.
 *
 * @param epoch from 1
 * @param metadataKey M, 32 bytes
 * @param namingKey N, 32 bytes, or null
 * @param openingPublicKey X25519, 32 bytes
 * @param openingPrivateKey X25519, 32 bytes, or null
 */
@SuppressWarnings("ArrayRecordComponent")
public record EpochKeys(int epoch, byte[] metadataKey, byte @Nullable [] namingKey, byte[] openingPublicKey,
        byte @Nullable [] openingPrivateKey) {

    public static final int EPOCH_MAX = 0xFFFF;

    /** Written out in full: the compiler forgets what may be null in a compact constructor. */
    public EpochKeys(int epoch, byte[] metadataKey, byte @Nullable [] namingKey, byte[] openingPublicKey,
            byte @Nullable [] openingPrivateKey) {
        if (epoch < 1 || epoch > EPOCH_MAX) {
            throw new IllegalArgumentException("epoch " + epoch);
        }
        requireKey(metadataKey);
        requireKey(openingPublicKey);
        if (namingKey != null) {
            requireKey(namingKey);
        }
        if (openingPrivateKey != null) {
            requireKey(openingPrivateKey);
        }
        this.epoch = epoch;
        this.metadataKey = metadataKey;
        this.namingKey = namingKey;
        this.openingPublicKey = openingPublicKey;
        this.openingPrivateKey = openingPrivateKey;
    }

    /** Overwrites the secrets; the keys are of no use afterwards. */
    public void wipe() {
        Arrays.fill(metadataKey, (byte) 0);
        if (namingKey != null) {
            Arrays.fill(namingKey, (byte) 0);
        }
        if (openingPrivateKey != null) {
            Arrays.fill(openingPrivateKey, (byte) 0);
        }
    }

    private static void requireKey(byte[] key) {
        if (key.length != Kdf.KEY_BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "keys of epoch " + epoch;
    }
}
