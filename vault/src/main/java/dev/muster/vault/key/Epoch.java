// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.Kdf;
import java.time.Instant;

/**
 * One generation of secrets, as far as everyone may know it (docs/format.md, section 5, kind 3).
 *
 * @param digest of the object
 * @param number from 1
 * @param made by the clock of the host that made it
 * @param namingCarriedOver whether its naming key is the one of the epoch before
 * @param openingKey X25519 public key that data is sealed to
 */
@SuppressWarnings("ArrayRecordComponent")
public record Epoch(Digest digest, int number, Instant made, boolean namingCarriedOver, byte[] openingKey) {

    static byte[] object(Uid repository, RootKey root, EpochSecrets secrets, Instant made, boolean carriedOver) {
        return root.sign(new Encoder().raw(new Envelope(Kind.EPOCH, repository).bytes())
                .u16(secrets.number())
                .time(made)
                .u8(carriedOver ? 1 : 0)
                .raw(Curves.agreementPublicOf(secrets.openingKey()))
                .toByteArray());
    }

    /** Reads an epoch of this repository and checks that this root signed it. */
    static Epoch read(Uid repository, byte[] root, String subject, byte[] object) {
        Envelope.require(new Envelope(Kind.EPOCH, repository), subject, object);
        RootKey.require(root, subject, object);
        Decoder in = new Decoder(subject, object, Envelope.BYTES, object.length - Envelope.BYTES);
        int number = in.u16();
        Instant made = in.time();
        int carriedOver = in.u8();
        byte[] openingKey = in.raw(Kdf.KEY_BYTES);
        in.raw(Curves.SIGNATURE_BYTES);
        in.end();
        if (number < 1 || carriedOver > 1) {
            throw in.damage("an epoch contradicts itself");
        }
        return new Epoch(Digest.sha256(object), number, made, carriedOver == 1, openingKey);
    }
}
