// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.Signer;
import java.security.SecureRandom;
import java.util.Arrays;

/** The Ed25519 key that signs charters, slots, epochs and grants. */
final class RootKey {

    private final byte[] seed;
    private final byte[] publicKey;

    /** @param seed 32 bytes; kept, not copied */
    RootKey(byte[] seed) {
        this.seed = seed;
        this.publicKey = Curves.signingPublicOf(seed);
    }

    static RootKey random(SecureRandom random) {
        return new RootKey(Fresh.bytes(random));
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    /** Not a copy. */
    byte[] seed() {
        return seed;
    }

    /** The object whose bytes but the signature these are. */
    byte[] sign(byte[] unsigned) {
        byte[] signature = new Signer(Digest.NONE, seed).sign(unsigned);
        return new Encoder(unsigned.length + signature.length).raw(unsigned).raw(signature).toByteArray();
    }

    /** Refuses an object that this root did not sign. */
    static void require(byte[] publicKey, String subject, byte[] object) {
        if (object.length < Curves.SIGNATURE_BYTES) {
            throw new VaultFault.Damage("cut short", subject);
        }
        int end = object.length - Curves.SIGNATURE_BYTES;
        if (!Curves.verifies(publicKey, Arrays.copyOfRange(object, end, object.length), Arrays.copyOf(object, end))) {
            throw new VaultFault.Untrusted("not signed by the root key of the repository", subject);
        }
    }

    void wipe() {
        Arrays.fill(seed, (byte) 0);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "root key";
    }
}
