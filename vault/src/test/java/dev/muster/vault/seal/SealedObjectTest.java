// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SealedObjectTest {

    private static final int TRAILER_BYTES = 96;
    private static final int FULL = FrameHeader.PLAIN_BYTES_MAX;

    private final SecureRandom random = new SecureRandom();
    private final KeyChain chain = Workbench.chain(Role.OWNER);
    private final Authority authority = Workbench.authority();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, FULL - TRAILER_BYTES - 1, FULL - TRAILER_BYTES, FULL - TRAILER_BYTES + 1, FULL,
            3 * FULL + 7})
    void bodiesOfAnyLengthComeBackWithTheirSigner(int length) {
        for (byte[] body : List.of(Workbench.bytes(length, 1), new byte[length])) {
            SealedObject.Opened opened = read(Kind.SNAPSHOT, write(Kind.SNAPSHOT, Role.CAPTURE, body));
            assertThat(opened.body()).isEqualTo(body);
            assertThat(opened.signer()).isEqualTo(Workbench.slot(Role.CAPTURE.code()));
            assertThat(opened.role()).isEqualTo(Role.CAPTURE);
        }
    }

    @Test
    void aBodyLargerThan64FramesIsNotWritten() {
        byte[] body = new byte[SealedObject.BODY_BYTES_MAX + 1];
        assertThatThrownBy(() -> write(Kind.INDEX, Role.OWNER, body)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLargestBodyComesBackAndA65thFrameIsRefused() {
        byte[] object = write(Kind.INDEX, Role.OWNER, new byte[SealedObject.BODY_BYTES_MAX]);
        assertThat(read(Kind.INDEX, object).body()).hasSize(SealedObject.BODY_BYTES_MAX);
        List<byte[]> frames = frames(object);
        assertThat(frames).hasSize(64);
        frames.add(frames.getLast());
        assertDamaged(assembled(object, frames), "65 frames");
    }

    @Test
    void everyFlippedBitIsRefused() {
        byte[] object = write(Kind.SNAPSHOT, Role.CAPTURE, Workbench.text(120, 1));
        for (int bit = 0; bit < 8 * object.length; bit++) {
            byte[] flipped = object.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertDamaged(flipped, "bit " + bit);
        }
    }

    @Test
    void everyCutAndEveryExtensionIsRefused() {
        byte[] object = write(Kind.SNAPSHOT, Role.CAPTURE, Workbench.text(120, 1));
        for (int length = 0; length < object.length; length++) {
            assertDamaged(Arrays.copyOf(object, length), "length " + length);
        }
        for (int more : new int[]{1, 47, 80, 200}) {
            assertDamaged(Arrays.copyOf(object, object.length + more), more + " zeros more");
            assertDamaged(Workbench.join(object, Arrays.copyOf(object, more)), more + " of itself more");
        }
    }

    @Test
    void framesCutOffDoubledSwappedOrDroppedAreRefused() {
        byte[] object = write(Kind.INDEX, Role.OWNER, new byte[3 * FULL + 5]);
        List<byte[]> frames = frames(object);
        assertThat(frames).hasSize(4);
        assertThat(read(Kind.INDEX, assembled(object, frames)).body()).hasSize(3 * FULL + 5);
        for (int at = 0; at < 4; at++) {
            List<byte[]> dropped = new ArrayList<>(frames);
            dropped.remove(at);
            assertDamaged(assembled(object, dropped), "without frame " + at);
            List<byte[]> doubled = new ArrayList<>(frames);
            doubled.add(at, frames.get(at));
            assertDamaged(assembled(object, doubled), "frame " + at + " twice");
            assertDamaged(assembled(object, frames.subList(0, at)), at + " frames");
            for (int other = 0; other < at; other++) {
                List<byte[]> swapped = new ArrayList<>(frames);
                Collections.swap(swapped, at, other);
                assertDamaged(assembled(object, swapped), "frames " + at + " and " + other + " swapped");
            }
        }
    }

    @Test
    void framesOfTwoObjectsCannotBeSpliced() {
        byte[] first = write(Kind.INDEX, Role.OWNER, new byte[2 * FULL + 5]);
        byte[] second = write(Kind.INDEX, Role.OWNER, new byte[2 * FULL + 5]);
        for (int at = 0; at < 3; at++) {
            List<byte[]> spliced = new ArrayList<>(frames(first));
            spliced.set(at, frames(second).get(at));
            assertDamaged(assembled(first, spliced), "frame " + at + " of another object");
        }
        List<byte[]> tail = new ArrayList<>(frames(first).subList(0, 1));
        tail.addAll(frames(second).subList(1, 3));
        assertDamaged(assembled(first, tail), "a tail of another object");
    }

    /** Two objects under one seed, as two clones of a machine would make them. */
    @Test
    void framesOfTwoObjectsOfOneSeedCannotBeSpliced() {
        byte[] first = twin(new byte[2 * FULL + 5]);
        byte[] bodyOfSecond = new byte[2 * FULL + 5];
        bodyOfSecond[0] = 1;
        byte[] second = twin(bodyOfSecond);
        assertThat(frames(first)).hasSameSizeAs(frames(second));
        for (int at = 0; at < 3; at++) {
            List<byte[]> spliced = new ArrayList<>(frames(first));
            spliced.set(at, frames(second).get(at));
            assertDamaged(assembled(first, spliced), "frame " + at + " of a twin");
        }
    }

    @Test
    void anotherKindOrRepositoryIsRefused() {
        byte[] object = write(Kind.CANDIDATE, Role.RESTORE, new byte[100]);
        assertThatThrownBy(() -> read(Kind.QUARANTINE, object)).isInstanceOf(VaultFault.Damage.class);
        byte[] renamed = object.clone();
        renamed[10] = (byte) Kind.QUARANTINE.code();
        assertThatThrownBy(() -> read(Kind.QUARANTINE, renamed)).isInstanceOf(VaultFault.Damage.class);
        KeyChain other = Workbench.chain(Workbench.ANOTHER, Role.OWNER);
        assertThatThrownBy(
                () -> SealedObject.read(other, authority, Kind.CANDIDATE, "x", Workbench.NOW, object))
                .isInstanceOf(VaultFault.Damage.class);
    }

    @Test
    void eachRoleMaySayWhatItsRowOfTheTableSays() {
        for (Role role : Role.values()) {
            for (Kind kind : List.of(Kind.INDEX, Kind.SNAPSHOT, Kind.CANDIDATE, Kind.ABANDON, Kind.LINEAGE, Kind.WAL,
                    Kind.ROLL, Kind.QUARANTINE, Kind.CONDEMNED, Kind.FORWARD,
                    Kind.LEDGER, Kind.CHECKPOINT, Kind.PROOF)) {
                byte[] object = write(kind, role, new byte[10]);
                if (role.maySay(kind)) {
                    assertThat(read(kind, object).role()).isEqualTo(role);
                } else {
                    assertUntrusted(kind, object, "a " + role + " may not say this");
                }
            }
        }
        assertThat(Arrays.stream(Kind.values()).filter(Role.RESTORE::maySay))
                .containsExactly(Kind.CANDIDATE, Kind.QUARANTINE, Kind.LEDGER, Kind.CHECKPOINT, Kind.PROOF);
        assertThat(Arrays.stream(Kind.values()).filter(Role.CAPTURE::maySay))
                .doesNotContain(Kind.ABANDON, Kind.CONDEMNED, Kind.FORWARD, Kind.CHARTER, Kind.PROOF);
        assertThat(Arrays.stream(Kind.values()).filter(Role.REAP::maySay)).doesNotContain(Kind.SNAPSHOT, Kind.CHARTER,
                Kind.PROOF);
    }

    @Test
    void aSignerThatIsNotOnTheCharterIsNotTrusted() {
        byte[] object = SealedObject.write(chain, new Signer(Workbench.slot(50), Workbench.bytes(32, 1)), Kind.INDEX,
                new byte[10], random);
        assertUntrusted(Kind.INDEX, object, "no slot of the charter");
    }

    @Test
    void aSignatureOfAnotherKeyThanTheSlotsIsNotTrusted() {
        Signer impostor = new Signer(Workbench.slot(Role.REAP.code()), Workbench.bytes(32, 102));
        byte[] object = SealedObject.write(chain, impostor, Kind.CONDEMNED, new byte[10], random);
        assertUntrusted(Kind.CONDEMNED, object, "not the one of its slot");
    }

    @Test
    void whatARetiredSlotSaidBeforeItsRetirementCountsAndLaterNot() {
        byte[] object = SealedObject.write(chain, Workbench.retiredSigner(), Kind.SNAPSHOT, new byte[10], random);
        assertThat(SealedObject.read(chain, authority, Kind.SNAPSHOT, "x", Workbench.RETIRED.minusNanos(1), object)
                .body()).hasSize(10);
        assertThatThrownBy(
                () -> SealedObject.read(chain, authority, Kind.SNAPSHOT, "x", Workbench.RETIRED, object))
                .isInstanceOf(VaultFault.Untrusted.class)
                .hasMessageContaining("retired");
    }

    @Test
    void everyRoleReadsMetadata() {
        byte[] object = write(Kind.ROLL, Role.REAP, new byte[10]);
        for (Role role : Role.values()) {
            KeyChain reader = Workbench.chain(role);
            assertThat(SealedObject.read(reader, authority, Kind.ROLL, "x", Workbench.NOW, object).body()).hasSize(10);
        }
    }

    @Test
    void theHeadOfARangeOfWalIsFramesWithoutAnEnvelope() {
        Envelope envelope = new Envelope(Kind.WAL, Workbench.REPOSITORY);
        byte[] frames = SealedObject.frames(chain, Workbench.signer(Role.CAPTURE), envelope, new byte[77], random);
        byte[] front = Workbench.join(envelope.bytes(), new byte[4], frames);
        assertThat(SealedObject
                .readFrames(chain, authority, Kind.WAL, "wal/x", Workbench.NOW, front, Envelope.BYTES + 4).body())
                .hasSize(77);
    }

    @Test
    void frameForFrameRandomDamageIsAVaultFault() {
        long seed = random.nextLong();
        Random dice = new Random(seed);
        byte[] object = write(Kind.INDEX, Role.OWNER, Workbench.text(3000, 1));
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = object.clone();
            int from = dice.nextInt(damaged.length);
            int to = Math.min(damaged.length, from + 1 + dice.nextInt(dice.nextBoolean() ? 4 : 200));
            byte[] noise = new byte[to - from];
            dice.nextBytes(noise);
            System.arraycopy(noise, 0, damaged, from, noise.length);
            if (!Arrays.equals(damaged, object)) {
                assertDamaged(damaged, "seed " + seed + ", round " + round);
            }
        }
    }

    private byte[] twin(byte[] body) {
        SecureRandom same = new SecureRandom() {
            private static final long serialVersionUID = 1;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) 7);
            }
        };
        return SealedObject.write(chain, Workbench.signer(Role.OWNER), Kind.INDEX, body, same);
    }

    private byte[] write(Kind kind, Role role, byte[] body) {
        return SealedObject.write(chain, Workbench.signer(role), kind, body, random);
    }

    private SealedObject.Opened read(Kind kind, byte[] object) {
        return SealedObject.read(chain, authority, kind, "x", Workbench.NOW, object);
    }

    private static List<byte[]> frames(byte[] object) {
        List<byte[]> frames = new ArrayList<>();
        int offset = Envelope.BYTES;
        while (offset < object.length) {
            int end = offset + FrameHeader.read("x", object, offset, object.length - offset).frameLength();
            frames.add(Arrays.copyOfRange(object, offset, end));
            offset = end;
        }
        return frames;
    }

    private static byte[] assembled(byte[] object, List<byte[]> frames) {
        return Workbench.join(Arrays.copyOf(object, Envelope.BYTES), Workbench.join(frames.toArray(byte[][]::new)));
    }

    private void assertDamaged(byte[] object, String what) {
        Kind kind = Optional.of(object)
                .filter(bytes -> bytes.length > 10)
                .flatMap(bytes -> Kind.ofCode(bytes[10]))
                .filter(found -> found == Kind.INDEX)
                .orElse(Kind.SNAPSHOT);
        assertThatThrownBy(() -> read(kind, object)).as(what)
                .isInstanceOfAny(VaultFault.Damage.class, VaultFault.Unsupported.class);
    }

    private void assertUntrusted(Kind kind, byte[] object, String why) {
        assertThatThrownBy(() -> read(kind, object)).isInstanceOf(VaultFault.Untrusted.class)
                .hasMessageContaining(why);
    }
}
