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
import dev.muster.vault.seal.Kdf;
import dev.muster.vault.seal.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** One way to unlock a repository, as its object says it (docs/format.md, section 5, kind 2). */
public final class Slot {

    private static final int MAC_BYTES = 32;

    private final Uid repository;
    private final Parts parts;
    private final byte[] object;
    private final Digest digest;

    private Slot(Uid repository, Parts parts, byte[] object) {
        this.repository = repository;
        this.parts = parts;
        this.object = object;
        this.digest = Digest.sha256(object);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Parts(Uid number, Role role, String label, Instant made, Derivation derivation, byte[] agreement,
            byte[] signing, byte[] root) {

        Encoder encode(Uid repository) {
            Encoder out = new Encoder().raw(new Envelope(Kind.SLOT, repository).bytes())
                    .u8(derivation.kind().code())
                    .uid(number)
                    .u8(role.code())
                    .text(label)
                    .time(made);
            derivation.encode(out);
            return out.raw(agreement).raw(signing).raw(root);
        }
    }

    /** What a new slot is for: its role and what people call it. */
    record Draft(Role role, String label, Instant made) {

        Draft {
            if (label.getBytes(StandardCharsets.UTF_8).length > Encoder.TEXT_BYTES_MAX) {
                throw new VaultFault.Refused("The label of a slot is longer than 4,096 bytes", "label",
                        "Choose a shorter one.");
            }
        }
    }

    static OpenSlot make(Uid repository, Draft draft, KeySource key, RootKey root, SecureRandom random) {
        Uid number = Uid.random(random);
        Derivation derivation = Derivation.fresh(key, random);
        SlotSecrets secrets = SlotSecrets.of(derivation, key, number);
        Parts parts = new Parts(number, draft.role, draft.label, draft.made, derivation, secrets.agreementPublic(),
                secrets.signingPublic(), root.publicKey());
        byte[] covered = parts.encode(repository).toByteArray();
        byte[] unsigned = new Encoder().raw(covered).raw(secrets.mac(covered)).toByteArray();
        return new OpenSlot(new Slot(repository, parts, root.sign(unsigned)), secrets);
    }

    /** Reads a slot object and checks that the root that it names signed it. */
    static Slot read(String subject, byte[] object) {
        Envelope envelope = Envelope.read(subject, object);
        Envelope.require(new Envelope(Kind.SLOT, envelope.repository()), subject, object);
        Decoder in = new Decoder(subject, object, Envelope.BYTES, object.length - Envelope.BYTES);
        int kindCode = in.u8();
        SlotKind kind = SlotKind.ofCode(kindCode)
                .orElseThrow(() -> new VaultFault.Unsupported("slot kind " + kindCode, subject));
        Uid number = in.uid();
        int roleCode = in.u8();
        Role role = Role.ofCode(roleCode)
                .orElseThrow(() -> new VaultFault.Unsupported("role " + roleCode, subject));
        Parts parts = new Parts(number, role, in.text(Encoder.TEXT_BYTES_MAX), in.time(), Derivation.decode(kind, in),
                in.raw(Kdf.KEY_BYTES), in.raw(Kdf.KEY_BYTES), in.raw(Kdf.KEY_BYTES));
        in.raw(MAC_BYTES);
        in.raw(Curves.SIGNATURE_BYTES);
        in.end();
        RootKey.require(parts.root, subject, object);
        return new Slot(envelope.repository(), parts, object);
    }

    /** The slot's secrets, if this key unlocks it: the MAC fits and the public halves are its own. */
    Optional<SlotSecrets> unlock(KeySource key) {
        SlotSecrets secrets = SlotSecrets.of(parts.derivation, key, parts.number);
        int end = object.length - Curves.SIGNATURE_BYTES - MAC_BYTES;
        boolean fits = MessageDigest.isEqual(secrets.mac(Arrays.copyOf(object, end)),
                Arrays.copyOfRange(object, end, end + MAC_BYTES))
                && Arrays.equals(secrets.agreementPublic(), parts.agreement)
                && Arrays.equals(secrets.signingPublic(), parts.signing);
        if (!fits) {
            secrets.wipe();
            return Optional.empty();
        }
        return Optional.of(secrets);
    }

    public Uid repository() {
        return repository;
    }

    /** SHA-256 of the slot object, which names the slot. */
    public Digest digest() {
        return digest;
    }

    /** 16 random bytes that its keys are derived with. */
    public Uid number() {
        return parts.number;
    }

    public SlotKind kind() {
        return parts.derivation.kind();
    }

    public Role role() {
        return parts.role;
    }

    /** What people call it. */
    public String label() {
        return parts.label;
    }

    /** When it was made, by the clock of the host that made it. */
    public Instant made() {
        return parts.made;
    }

    Derivation derivation() {
        return parts.derivation;
    }

    /** X25519 public key that grants are sealed to. */
    byte[] agreementKey() {
        return parts.agreement.clone();
    }

    /** Ed25519 public key that its statements are checked with. */
    byte[] signingKey() {
        return parts.signing.clone();
    }

    /** Ed25519 public key of the root. */
    byte[] rootKey() {
        return parts.root.clone();
    }

    /** The whole object. */
    byte[] object() {
        return object.clone();
    }

    @Override
    public String toString() {
        return kind() + " slot " + digest.hex().substring(0, 12) + " (" + role() + ", " + label() + ")";
    }
}
