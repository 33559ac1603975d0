// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.Kdf;
import java.util.Arrays;

/** The secrets of a slot, unlocked: two private keys and the key of its MAC. */
final class SlotSecrets {

    private final byte[] agreement;
    private final byte[] signing;
    private final byte[] mac;

    private SlotSecrets(byte[] agreement, byte[] signing, byte[] mac) {
        this.agreement = agreement;
        this.signing = signing;
        this.mac = mac;
    }

    /** @param number of the slot */
    static SlotSecrets of(Derivation derivation, KeySource key, Uid number) {
        byte[] kek = derivation.keyOf(key);
        byte[] salt = number.bytes();
        SlotSecrets secrets = new SlotSecrets(Kdf.derive(kek, salt, "muster v1 slot agree"),
                Kdf.derive(kek, salt, "muster v1 slot sign"), Kdf.derive(kek, salt, "muster v1 slot mac"));
        Arrays.fill(kek, (byte) 0);
        return secrets;
    }

    /** X25519 private key; not a copy. */
    byte[] agreement() {
        return agreement;
    }

    /** Ed25519 seed; not a copy. */
    byte[] signing() {
        return signing;
    }

    byte[] agreementPublic() {
        return Curves.agreementPublicOf(agreement);
    }

    byte[] signingPublic() {
        return Curves.signingPublicOf(signing);
    }

    /** HMAC-SHA256 that only this slot's key makes. */
    byte[] mac(byte[] message) {
        return Kdf.hmac(mac).doFinal(message);
    }

    void wipe() {
        Arrays.fill(agreement, (byte) 0);
        Arrays.fill(signing, (byte) 0);
        Arrays.fill(mac, (byte) 0);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "secrets of a slot";
    }
}
