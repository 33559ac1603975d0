// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.seal.EpochKeys;
import java.security.SecureRandom;
import java.util.Arrays;

/** All secrets of one epoch, as an owner has them. Not copies. */
@SuppressWarnings("ArrayRecordComponent")
record EpochSecrets(int number, byte[] metadataKey, byte[] namingKey, byte[] openingKey) {

    static EpochSecrets fresh(int number, SecureRandom random) {
        return new EpochSecrets(number, Fresh.bytes(random), Fresh.bytes(random), Fresh.bytes(random));
    }

    static EpochSecrets freshWithNaming(int number, byte[] namingKey, SecureRandom random) {
        return new EpochSecrets(number, Fresh.bytes(random), namingKey.clone(), Fresh.bytes(random));
    }

    /** @param keys granted to an owner */
    static EpochSecrets of(EpochKeys keys) {
        byte[] naming = keys.namingKey();
        byte[] opening = keys.openingPrivateKey();
        if (naming == null || opening == null) {
            throw new IllegalStateException("an owner is granted all secrets");
        }
        return new EpochSecrets(keys.epoch(), keys.metadataKey(), naming, opening);
    }

    void wipe() {
        Arrays.fill(metadataKey, (byte) 0);
        Arrays.fill(namingKey, (byte) 0);
        Arrays.fill(openingKey, (byte) 0);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "secrets of epoch " + number;
    }
}
