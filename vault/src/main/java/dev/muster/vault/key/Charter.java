// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.Kdf;
import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parameters, slots and epochs of a repository (docs/format.md, section 5, kind 1).
 *
 * @param sequence from 1
 * @param previous digest of the charter before it; {@link Digest#NONE} for the first
 * @param made by the clock of the host that made it
 * @param blockBytes length of a block of a file
 * @param packBytes length that packs aim at
 * @param instance this repository as against copies of it
 * @param rootKey Ed25519 public key of the root
 * @param slots in the order in which they were added, retired ones included
 * @param epochs digests of the epoch objects, that of epoch 1 first
 */
@SuppressWarnings("ArrayRecordComponent")
public record Charter(long sequence, Digest previous, Instant made, int blockBytes, int packBytes, Uid instance,
        byte[] rootKey, List<Member> slots, List<Digest> epochs) implements Authority {

    static final int SLOTS_MAX = 65_536;

    private static final int ACTIVE = 1;
    private static final int RETIRED = 2;
    private static final int BLOCK_BYTES_MIN = 4096;
    private static final int PACK_BYTES_MAX = 64 << 20;

    public Charter {
        slots = List.copyOf(slots);
        epochs = List.copyOf(epochs);
    }

    /**
     * A slot as the charter lists it.
     *
     * @param slot digest of the slot object
     * @param role what it is for
     * @param signingKey Ed25519 public key, 32 bytes
     * @param retired by the store's clock; empty while it is active
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Member(Digest slot, Role role, byte[] signingKey, Optional<Instant> retired) {

        public boolean active() {
            return retired.isEmpty();
        }

        static Member of(Slot slot) {
            return new Member(slot.digest(), slot.role(), slot.signingKey(), Optional.empty());
        }

        private void encode(Encoder out) {
            out.digest(slot)
                    .u8(role.code())
                    .raw(signingKey)
                    .u8(active() ? ACTIVE : RETIRED)
                    .time(retired.orElse(Instant.EPOCH));
        }

        private static Member decode(Decoder in) {
            Digest slot = in.digest();
            int code = in.u8();
            Role role = Role.ofCode(code).orElseThrow(() -> in.damage("a slot has role " + code));
            byte[] signingKey = in.raw(Kdf.KEY_BYTES);
            int state = in.u8();
            Instant retired = in.time();
            if (state == ACTIVE ? !retired.equals(Instant.EPOCH) : state != RETIRED) {
                throw in.damage("a slot has state " + state);
            }
            return new Member(slot, role, signingKey, state == RETIRED ? Optional.of(retired) : Optional.empty());
        }
    }

    /**
     * A charter and the name of its object.
     *
     * @param unwritable why this program may not write under it, if so
     */
    record Charted(Digest digest, Charter charter, Optional<VaultFault.Unsupported> unwritable) {

        void requireWritable() {
            unwritable.ifPresent(why -> {
                throw why;
            });
        }

        CharterMark mark(Uid repository) {
            return new CharterMark(repository, charter.sequence, digest);
        }
    }

    /** The whole object. */
    byte[] object(Uid repository, RootKey root) {
        return root.sign(new Encoder().raw(new Envelope(Kind.CHARTER, repository).bytes())
                .u32(sequence)
                .digest(previous)
                .time(made)
                .u32(blockBytes)
                .u32(packBytes)
                .uid(instance)
                .raw(rootKey)
                .list(slots, (out, member) -> member.encode(out))
                .list(epochs, Encoder::digest)
                .toByteArray());
    }

    /** Reads a charter of this repository and checks that this root signed it. */
    static Charted read(Uid repository, byte[] root, String subject, byte[] object) {
        Envelope.require(new Envelope(Kind.CHARTER, repository), subject, object);
        RootKey.require(root, subject, object);
        Decoder in = new Decoder(subject, object, Envelope.BYTES, object.length - Envelope.BYTES);
        Charter charter = new Charter(in.u32(), in.digest(), in.time(), in.size(BLOCK_BYTES_MIN,
                FrameHeader.PLAIN_BYTES_MAX), in.size(1, PACK_BYTES_MAX), in.uid(), in.raw(Kdf.KEY_BYTES),
                in.list(SLOTS_MAX, Member::decode), in.list(EpochKeys.EPOCH_MAX, Decoder::digest));
        in.raw(Curves.SIGNATURE_BYTES);
        in.end();
        charter.requireSense(root, in);
        return new Charted(Digest.sha256(object), charter, unwritable(subject, object));
    }

    private static Optional<VaultFault.Unsupported> unwritable(String subject, byte[] object) {
        try {
            Envelope.requireFor(Envelope.Use.WRITE, subject, object);
            return Optional.empty();
        } catch (VaultFault.Unsupported e) {
            return Optional.of(e);
        }
    }

    private void requireSense(byte[] root, Decoder in) {
        Set<Digest> distinct = new HashSet<>();
        slots.forEach(member -> distinct.add(member.slot));
        boolean first = sequence == 1;
        if (sequence < 1 || first != previous.equals(Digest.NONE) || !Arrays.equals(root, rootKey)
                || epochs.isEmpty() || distinct.size() != slots.size()) {
            throw in.damage("a charter contradicts itself");
        }
    }

    /** The charter after this one. */
    Charter next(Digest digest, Instant now, List<Member> newSlots, List<Digest> newEpochs) {
        return new Charter(sequence + 1, digest, now, blockBytes, packBytes, instance, rootKey, newSlots, newEpochs);
    }

    /** The number of the epoch to write in. */
    public int newestEpoch() {
        return epochs.size();
    }

    /** The slot of this digest, if it is listed. */
    public Optional<Member> member(Digest slot) {
        return slots.stream().filter(member -> member.slot.equals(slot)).findFirst();
    }

    /** The slots that are not retired. */
    public List<Member> activeSlots() {
        return slots.stream().filter(Member::active).toList();
    }

    @Override
    public Optional<Enrolled> enrolled(Digest slot) {
        return member(slot).map(member -> new Enrolled(member.role, member.signingKey, member.retired));
    }

    /** Fails if nothing can be written because two charters claim to hold. */
    static VaultFault.Refused forked(String place) {
        return new VaultFault.Refused("Two owners changed the keys of the repository at the same time", place,
                "Run 'muster repo keys mend' with an owner's key; until then the repository can only be read.");
    }
}
