// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.Hpke;
import dev.muster.vault.seal.Kdf;
import dev.muster.vault.seal.Role;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one epoch for one slot (docs/format.md, section 5, kind 4). It names the epoch's object and not only its
 * number: an epoch whose beginning broke off before its charter leaves grants behind, and a later one has its number.
 */
@SuppressWarnings("ArrayRecordComponent")
record Grant(Digest digest, EpochRef epoch, Digest slot, Role role, byte[] sealed) {

    private static final int SEALED_BYTES_MAX = 1024;
    private static final int TAG_BYTES = 16;

    /** An epoch: its number and the digest of its object. */
    record EpochRef(int number, Digest object) {}

    /** What a role was granted: null where it was not. */
    @SuppressWarnings("ArrayRecordComponent")
    record Secrets(byte[] metadataKey, byte @Nullable [] namingKey, byte @Nullable [] openingKey,
            byte @Nullable [] rootSeed) {

        /** Without the secrets. */
        @Override
        public String toString() {
            return "granted secrets";
        }
    }

    /** The whole object. */
    static byte[] object(Slot slot, Digest epochObject, EpochSecrets epoch, RootKey root, SecureRandom random) {
        EpochRef ref = new EpochRef(epoch.number(), epochObject);
        byte[] message = message(slot.role(), epoch, root);
        byte[] info = info(slot.repository(), ref, slot.digest(), slot.role());
        byte[] sealed;
        try {
            sealed = Hpke.seal(slot.agreementKey(), info, message, random);
        } catch (GeneralSecurityException e) {
            throw new VaultFault.Damage("nothing can be sealed to its agreement key", slot.toString());
        }
        Arrays.fill(message, (byte) 0);
        return root.sign(new Encoder().raw(new Envelope(Kind.GRANT, slot.repository()).bytes())
                .u16(epoch.number())
                .digest(epochObject)
                .digest(slot.digest())
                .u8(slot.role().code())
                .bytes(sealed)
                .toByteArray());
    }

    /** Reads a grant of this repository and checks that this root signed it. */
    static Grant read(Uid repository, byte[] root, String subject, byte[] object) {
        Envelope.require(new Envelope(Kind.GRANT, repository), subject, object);
        RootKey.require(root, subject, object);
        Decoder in = new Decoder(subject, object, Envelope.BYTES, object.length - Envelope.BYTES);
        EpochRef epoch = new EpochRef(in.u16(), in.digest());
        Digest slot = in.digest();
        int code = in.u8();
        Role role = Role.ofCode(code).orElseThrow(() -> in.damage("a grant for role " + code));
        byte[] sealed = in.bytes(SEALED_BYTES_MAX);
        in.raw(Curves.SIGNATURE_BYTES);
        in.end();
        if (sealed.length != Hpke.ENCAPSULATION_BYTES + secrets(role) * Kdf.KEY_BYTES + TAG_BYTES) {
            throw in.damage("a grant does not hold what its role is granted");
        }
        return new Grant(Digest.sha256(object), epoch, slot, role, sealed);
    }

    /** Opens the grant with the secrets of its slot. */
    Secrets open(Uid repository, SlotSecrets secrets, String subject) {
        byte[] message;
        try {
            message = Hpke.open(secrets.agreement(), info(repository, epoch, slot, role), sealed);
        } catch (GeneralSecurityException e) {
            throw new VaultFault.Damage("a grant does not open", subject);
        }
        Decoder in = new Decoder(subject, message);
        Secrets opened = new Secrets(in.raw(Kdf.KEY_BYTES), role.names() ? in.raw(Kdf.KEY_BYTES) : null,
                role.opens() ? in.raw(Kdf.KEY_BYTES) : null, role == Role.OWNER ? in.raw(Kdf.KEY_BYTES) : null);
        in.end();
        Arrays.fill(message, (byte) 0);
        return opened;
    }

    private static byte[] message(Role role, EpochSecrets epoch, RootKey root) {
        Encoder out = new Encoder(4 * Kdf.KEY_BYTES).raw(epoch.metadataKey());
        if (role.names()) {
            out.raw(epoch.namingKey());
        }
        if (role.opens()) {
            out.raw(epoch.openingKey());
        }
        return (role == Role.OWNER ? out.raw(root.seed()) : out).toByteArray();
    }

    private static int secrets(Role role) {
        return 1 + (role.names() ? 1 : 0) + (role.opens() ? 1 : 0) + (role == Role.OWNER ? 1 : 0);
    }

    private static byte[] info(Uid repository, EpochRef epoch, Digest slot, Role role) {
        return new Encoder().raw("muster v1 grant".getBytes(StandardCharsets.US_ASCII))
                .uid(repository)
                .u16(epoch.number)
                .digest(epoch.object)
                .digest(slot)
                .u8(role.code())
                .toByteArray();
    }

    /** Without the sealed secrets. */
    @Override
    public String toString() {
        return "grant of epoch " + epoch.number + " for slot " + slot;
    }
}
