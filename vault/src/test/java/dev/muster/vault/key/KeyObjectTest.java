// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.key.Charter.Member;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Slots, charters, epochs and grants as bytes. */
class KeyObjectTest {

    private static final int SIGNATURE_BYTES = 64;
    private static final int MAC_BYTES = 32;

    private final TestRing ring = new TestRing(3);
    private HandMade made;
    private Map<Kind, byte[]> objects;

    @BeforeEach
    void make() throws InterruptedException {
        made = new HandMade(ring);
        objects = Map.of(Kind.SLOT, made.owner.slot().object(), Kind.CHARTER,
                ring.read(ring.keys(Kind.CHARTER).getFirst()), Kind.EPOCH, ring.read(ring.keys(Kind.EPOCH).getFirst()),
                Kind.GRANT, ring.read(ring.keys(Kind.GRANT).getFirst()));
    }

    @Test
    void everyObjectIsReadBack() {
        objects.forEach((kind, object) -> read(kind, object));
        Slot slot = Slot.read("x", object(Kind.SLOT));
        assertThat(slot.role()).isEqualTo(Role.OWNER);
        assertThat(slot.label()).isEqualTo("made by hand");
        assertThat(slot.digest()).isEqualTo(made.owner.slot().digest());
        Charter charter = Charter.read(made.repository, made.root.publicKey(), "x", object(Kind.CHARTER))
                .charter();
        assertThat(charter.object(made.repository, made.root)).isEqualTo(object(Kind.CHARTER));
        assertThat(charter.member(slot.digest())).isPresent();
        Epoch epoch = Epoch.read(made.repository, made.root.publicKey(), "x", object(Kind.EPOCH));
        assertThat(epoch.number()).isEqualTo(1);
        Grant grant = Grant.read(made.repository, made.root.publicKey(), "x", object(Kind.GRANT));
        assertThat(grant.slot()).isEqualTo(slot.digest());
        assertThat(grant.epoch()).isEqualTo(new Grant.EpochRef(1, epoch.digest()));
    }

    @Test
    void everyFlippedBitIsRefused() {
        objects.forEach((kind, object) -> {
            for (int bit = 0; bit < 8 * object.length; bit++) {
                byte[] flipped = object.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                assertRefused(kind, flipped, "bit " + bit);
            }
        });
    }

    @Test
    void everyCutAndEveryExtensionIsRefused() {
        objects.forEach((kind, object) -> {
            for (int length = 0; length < object.length; length++) {
                assertRefused(kind, Arrays.copyOf(object, length), "length " + length);
            }
            assertRefused(kind, Arrays.copyOf(object, object.length + 1), "a byte more");
            assertRefused(kind, Arrays.copyOf(object, object.length + SIGNATURE_BYTES), "a signature more");
        });
    }

    /** Behind the signature, where only the owner of the root key gets. */
    @Test
    void signedNonsenseIsAVaultFaultOrReads() {
        long seed = new SecureRandom().nextLong();
        Random dice = new Random(seed);
        objects.forEach((kind, object) -> {
            for (int round = 0; round < 500; round++) {
                byte[] unsigned = Arrays.copyOf(object, object.length - SIGNATURE_BYTES + dice.nextInt(3)
                        - dice.nextInt(40));
                for (int changes = dice.nextInt(4); changes >= 0; changes--) {
                    int at = Envelope.BYTES + dice.nextInt(unsigned.length - Envelope.BYTES);
                    unsigned[at] = (byte) dice.nextInt();
                }
                byte[] signed = made.root.sign(unsigned);
                try {
                    read(kind, signed);
                } catch (VaultFault e) {
                    assertThat(e.code()).startsWith("vault.");
                } catch (RuntimeException e) {
                    throw new AssertionError(kind + ", seed " + seed + ", round " + round, e);
                }
            }
        });
    }

    @Test
    void anotherRootKindOrRepositoryIsRefused() {
        RootKey other = RootKey.random(ring.random);
        objects.forEach((kind, object) -> {
            byte[] unsigned = Arrays.copyOf(object, object.length - SIGNATURE_BYTES);
            assertRefused(kind, other.sign(unsigned), "another root");
            byte[] kindChanged = unsigned.clone();
            kindChanged[10] = (byte) Kind.ROLL.code();
            assertRefused(kind, made.root.sign(kindChanged), "another kind");
            byte[] elsewhere = unsigned.clone();
            elsewhere[24] ^= 1;
            if (kind != Kind.SLOT) {
                assertRefused(kind, made.root.sign(elsewhere), "another repository");
            }
        });
    }

    /** The slot's MAC covers the root key, so nobody can put his own root under somebody's passphrase. */
    @Test
    void aSlotMovedUnderAnotherRootOrRepositoryDoesNotUnlock() {
        byte[] object = object(Kind.SLOT);
        RootKey attacker = RootKey.random(ring.random);
        byte[] unsigned = Arrays.copyOf(object, object.length - SIGNATURE_BYTES);
        byte[] otherRoot = unsigned.clone();
        System.arraycopy(attacker.publicKey(), 0, otherRoot, unsigned.length - MAC_BYTES - 32, 32);
        assertThat(Slot.read("x", attacker.sign(otherRoot)).unlock(TestRing.raw(1))).isEmpty();
        byte[] elsewhere = otherRoot.clone();
        elsewhere[24] ^= 1;
        assertThat(Slot.read("x", attacker.sign(elsewhere)).unlock(TestRing.raw(1))).isEmpty();
        byte[] otherRole = unsigned.clone();
        otherRole[Envelope.BYTES + 17] = (byte) Role.CAPTURE.code();
        assertThat(Slot.read("x", made.root.sign(otherRole)).unlock(TestRing.raw(1))).isEmpty();
        assertThat(Slot.read("x", object).unlock(TestRing.raw(1))).isPresent();
        assertThat(Slot.read("x", object).unlock(TestRing.raw(2))).isEmpty();
    }

    @Test
    void aCharterThatContradictsItselfIsRefused() {
        Charter first = made.first;
        Member owner = first.slots().getFirst();
        for (Charter bad : List.of(
                charter(0, Digest.NONE, first.slots(), first.epochs()),
                charter(1, made.firstObject, first.slots(), first.epochs()),
                charter(2, Digest.NONE, first.slots(), first.epochs()),
                charter(1, Digest.NONE, List.of(owner, owner), first.epochs()),
                charter(1, Digest.NONE, first.slots(), List.of()),
                new Charter(1, Digest.NONE, Instant.EPOCH, 4095, 1 << 20, Uid.NONE, made.root.publicKey(),
                        first.slots(), first.epochs()),
                new Charter(1, Digest.NONE, Instant.EPOCH, (1 << 20) + 1, 1 << 20, Uid.NONE, made.root.publicKey(),
                        first.slots(), first.epochs()),
                new Charter(1, Digest.NONE, Instant.EPOCH, 4096, (64 << 20) + 1, Uid.NONE, made.root.publicKey(),
                        first.slots(), first.epochs()),
                new Charter(1, Digest.NONE, Instant.EPOCH, 4096, 1 << 20, Uid.NONE, new byte[32], first.slots(),
                        first.epochs()))) {
            assertRefused(Kind.CHARTER, bad.object(made.repository, made.root), bad.toString());
        }
    }

    @Test
    void aSlotThatIsNeitherActiveNorRetiredIsRefused() {
        byte[] object = object(Kind.CHARTER);
        int stateAt = object.length - SIGNATURE_BYTES - 33 - 9;
        assertThat(object[stateAt]).isEqualTo((byte) 1);
        for (int state : new int[]{0, 3, 255}) {
            byte[] unsigned = Arrays.copyOf(object, object.length - SIGNATURE_BYTES);
            unsigned[stateAt] = (byte) state;
            assertRefused(Kind.CHARTER, made.root.sign(unsigned), "state " + state);
        }
        byte[] activeSince = Arrays.copyOf(object, object.length - SIGNATURE_BYTES);
        ByteBuffer.wrap(activeSince).putLong(stateAt + 1, 5);
        assertRefused(Kind.CHARTER, made.root.sign(activeSince), "active and retired at 5");
    }

    @Test
    void retirementSurvivesTheCharter() {
        Instant when = Instant.parse("2026-07-02T03:04:05.678901Z");
        Member retired = new Member(made.first.slots().getFirst().slot(), Role.OWNER, new byte[32],
                Optional.of(when));
        byte[] object = charter(1, Digest.NONE, List.of(retired), made.first.epochs()).object(made.repository,
                made.root);
        Charter read = Charter.read(made.repository, made.root.publicKey(), "x", object).charter();
        assertThat(read.slots().getFirst().retired()).contains(when);
        assertThat(read.activeSlots()).isEmpty();
    }

    @Test
    void kindsAndRolesThatAreNotKnownAreNamed() {
        byte[] slot = object(Kind.SLOT);
        for (int kind : new int[]{0, 3, 9, 255}) {
            byte[] unsigned = Arrays.copyOf(slot, slot.length - SIGNATURE_BYTES);
            unsigned[Envelope.BYTES] = (byte) kind;
            assertThatThrownBy(() -> Slot.read("x", made.root.sign(unsigned)))
                    .isInstanceOf(VaultFault.Unsupported.class)
                    .hasMessageContaining("slot kind " + kind);
        }
        byte[] unsigned = Arrays.copyOf(slot, slot.length - SIGNATURE_BYTES);
        unsigned[Envelope.BYTES + 17] = 5;
        assertThatThrownBy(() -> Slot.read("x", made.root.sign(unsigned))).isInstanceOf(VaultFault.Unsupported.class)
                .hasMessageContaining("role 5");
    }

    @Test
    void aGrantIsForOneSlotEpochAndRoleOnly() {
        byte[] object = object(Kind.GRANT);
        Grant right = Grant.read(made.repository, made.root.publicKey(), "x", object);
        SlotSecrets secrets = made.owner.secrets();
        assertThat(right.open(made.repository, secrets, "x").metadataKey()).isEqualTo(made.epoch.metadataKey());
        Digest other = Digest.sha256(object);
        for (Grant wrong : List.of(
                new Grant(right.digest(), new Grant.EpochRef(2, right.epoch().object()), right.slot(), right.role(),
                        right.sealed()),
                new Grant(right.digest(), new Grant.EpochRef(1, other), right.slot(), right.role(), right.sealed()),
                new Grant(right.digest(), right.epoch(), other, right.role(), right.sealed()),
                new Grant(right.digest(), right.epoch(), right.slot(), Role.RESTORE, right.sealed()))) {
            assertThatThrownBy(() -> wrong.open(made.repository, secrets, "x")).isInstanceOf(VaultFault.Damage.class);
        }
        assertThatThrownBy(() -> right.open(Uid.NONE, secrets, "x")).isInstanceOf(VaultFault.Damage.class);
        SlotSecrets others = made.slot(TestRing.raw(2), Role.OWNER).secrets();
        assertThatThrownBy(() -> right.open(made.repository, others, "x")).isInstanceOf(VaultFault.Damage.class);
    }

    @Test
    void aGrantOfMoreOrLessThanItsRoleIsGrantedIsRefused() {
        for (int secrets = 0; secrets <= 5; secrets++) {
            byte[] object = made.root.sign(new Encoder().raw(new Envelope(Kind.GRANT, made.repository).bytes())
                    .u16(1)
                    .digest(made.epochObject)
                    .digest(made.owner.slot().digest())
                    .u8(Role.CAPTURE.code())
                    .bytes(new byte[32 + 32 * secrets + 16])
                    .toByteArray());
            if (secrets == 2) {
                read(Kind.GRANT, object);
            } else {
                assertRefused(Kind.GRANT, object, secrets + " secrets");
            }
        }
    }

    private byte[] object(Kind kind) {
        return Objects.requireNonNull(objects.get(kind));
    }

    private Charter charter(long sequence, Digest previous, List<Member> slots, List<Digest> epochs) {
        return new Charter(sequence, previous, Instant.EPOCH, 65_536, 1 << 20, Uid.NONE, made.root.publicKey(), slots,
                epochs);
    }

    private Object read(Kind kind, byte[] object) {
        byte[] root = made.root.publicKey();
        return switch (kind) {
            case SLOT -> Slot.read("x", object);
            case CHARTER -> Charter.read(made.repository, root, "x", object);
            case EPOCH -> Epoch.read(made.repository, root, "x", object);
            case GRANT -> Grant.read(made.repository, root, "x", object);
            default -> throw new IllegalArgumentException(kind.toString());
        };
    }

    private void assertRefused(Kind kind, byte[] object, String what) {
        assertThatThrownBy(() -> read(kind, object)).as(kind + ": " + what)
                .isInstanceOfAny(VaultFault.Damage.class, VaultFault.Untrusted.class, VaultFault.Unsupported.class);
    }
}
