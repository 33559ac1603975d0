// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import java.util.Arrays;

/** Signs as one slot. */
public final class Signer {

    private final Digest slot;
    private final byte[] seed;

    /**
     * @param slot digest of the slot object
     * @param seed Ed25519, 32 bytes; kept, not copied
     */
    public Signer(Digest slot, byte[] seed) {
        this.slot = slot;
        this.seed = seed;
    }

    public Digest slot() {
        return slot;
    }

    /** An Ed25519 signature, 64 bytes, over the parts in order. */
    public byte[] sign(byte[]... parts) {
        return Curves.sign(seed, parts);
    }

    /** Overwrites the secret; the signer is of no use afterwards. */
    public void wipe() {
        Arrays.fill(seed, (byte) 0);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "signer of slot " + slot;
    }
}
