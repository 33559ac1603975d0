// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.vault.key.Charter.Member;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What opens, and what is said, when objects of the keys are lost, planted, rolled back or contradict each other. */
class KeyDamageTest {

    private static final int SIGNATURE_BYTES = 64;

    private final TestRing ring = new TestRing(4);

    @Test
    void junkOfEverySortIsReportedAndStopsNobody() throws InterruptedException {
        ring.create(1).close();
        TestRing foreign = new TestRing(5);
        foreign.create(7).close();
        List<String> junk = new ArrayList<>();
        for (Kind kind : List.of(Kind.CHARTER, Kind.SLOT, Kind.GRANT)) {
            byte[] noise = new byte[300];
            ring.random.nextBytes(noise);
            junk.add(ObjectKeys.of(kind, ring.put(kind, noise)).value());
            junk.add(ObjectKeys.of(kind, ring.put(kind, new byte[0])).value());
            junk.add(put(kind.prefix() + "/readme.txt", noise));
            junk.add(put(ObjectKeys.of(kind, Digest.sha256(new byte[]{1})).value(), noise));
            byte[] real = ring.read(ring.keys(kind).getFirst());
            byte[] flipped = real.clone();
            flipped[real.length / 2] ^= 1;
            junk.add(ObjectKeys.of(kind, ring.put(kind, flipped)).value());
            byte[] theirs = foreign.read(foreign.keys(kind).getFirst());
            Digest planted = ring.put(kind, theirs);
            if (kind != Kind.SLOT) {
                junk.add(ObjectKeys.of(kind, planted).value());
            }
        }
        put("epoch/readme.txt", new byte[1]);
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.findings()).extracting(KeyFinding::key).hasSameElementsAs(junk);
            assertThat(opened.findings()).extracting(KeyFinding::what).noneMatch(String::isBlank);
            opened.add(TestRing.raw(2), Role.CAPTURE, "db1");
            opened.newEpoch(false);
        }
        try (KeyRing capture = ring.open(2)) {
            assertThat(capture.chain().current().epoch()).isEqualTo(2);
        }
    }

    @Test
    void anObjectOfNineMegabytesIsNotEvenRead() throws InterruptedException {
        ring.create(1).close();
        String key = ObjectKeys.of(Kind.CHARTER, ring.put(Kind.CHARTER, new byte[9 << 20])).value();
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.findings()).contains(new KeyFinding(key, "it is too large"));
        }
        Key epoch = ring.keys(Kind.EPOCH).getFirst();
        ring.store.delete(epoch);
        put(epoch.value(), new byte[9 << 20]);
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.findings()).contains(new KeyFinding(epoch.value(), "it is too large"));
            assertThat(opened.chain().epoch(1).openingPrivateKey()).isNotNull();
        }
    }

    @Test
    void aSlotThatIsNotOnTheCharterDoesNotOpenAndDoesNotHideOneThatIs() throws InterruptedException {
        HandMade made = new HandMade(ring);
        OpenSlot unfinished = made.slot(TestRing.raw(2), Role.CAPTURE);
        ring.put(Kind.SLOT, unfinished.slot().object());
        assertThatThrownBy(() -> ring.open(2)).isInstanceOf(VaultFault.WrongKey.class)
                .hasMessageContaining("never completed");
        for (int attempt = 0; attempt < 3; attempt++) {
            ring.put(Kind.SLOT, made.slot(TestRing.raw(2), Role.CAPTURE).slot().object());
        }
        try (KeyRing owner = ring.open(1)) {
            Slot added = owner.add(TestRing.raw(2), Role.RESTORE, "standby");
            try (KeyRing second = ring.open(2)) {
                assertThat(second.slot().digest()).isEqualTo(added.digest());
            }
        }
    }

    @Test
    void aRemovedSlotWhoseObjectsComeBackStaysRemoved() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            Digest capture = owner.add(TestRing.raw(2), Role.CAPTURE, "db1").digest();
            var before = ring.everything();
            owner.remove(capture);
            for (Key key : before.keySet()) {
                ring.store.put(key, Content.of(ring.read(before, key)));
            }
            assertThatThrownBy(() -> ring.open(2)).isInstanceOf(VaultFault.WrongKey.class)
                    .hasMessageContaining("removed");
            assertThat(owner.mend()).isEqualTo(2);
            assertThat(ring.keys(Kind.SLOT)).hasSize(1);
            assertThat(ring.keys(Kind.GRANT)).hasSize(1);
        }
    }

    @Test
    void anOlderCharterIsRefusedWhereANewerWasSeen() throws InterruptedException {
        CharterMark seen;
        try (KeyRing owner = ring.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            seen = owner.mark();
        }
        ring.open(1, Optional.of(seen)).close();
        ring.delete(Kind.CHARTER, seen.digest());
        assertThatThrownBy(() -> ring.open(1, Optional.of(seen))).isInstanceOf(VaultFault.RolledBack.class);
        try (KeyRing fresh = ring.open(1)) {
            assertThat(fresh.charter().sequence()).isEqualTo(1);
            fresh.add(TestRing.raw(3), Role.CAPTURE, "db2");
            try (KeyRing aware = ring.open(1, Optional.of(seen))) {
                assertThat(aware.findings()).extracting(KeyFinding::key)
                        .contains(ObjectKeys.of(Kind.CHARTER, seen.digest()).value());
            }
        }
    }

    /** A store can plant a whole repository that its user made elsewhere with the same key. */
    @Test
    void anotherRepositoryOfTheSameKeyIsNotTakenForTheOneThatWasSeen() throws InterruptedException {
        CharterMark seen;
        try (KeyRing owner = ring.create(1)) {
            seen = owner.mark();
        }
        for (int seed = 10; seed < 15; seed++) {
            TestRing foreign = new TestRing(seed);
            foreign.create(1).close();
            var everything = foreign.everything();
            for (Key key : everything.keySet()) {
                ring.store.put(key, Content.of(ring.read(everything, key)));
            }
        }
        try (KeyRing opened = ring.open(1, Optional.of(seen))) {
            assertThat(opened.repository()).isEqualTo(seen.repository());
        }
        assertThatThrownBy(() -> ring.open(1, Optional.of(new CharterMark(Uid.NONE, 1, seen.digest()))))
                .isInstanceOf(VaultFault.WrongKey.class);
    }

    @Test
    void aRunningRingRefusesAnOlderCharterToo() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            owner.newEpoch(true);
            ring.delete(Kind.CHARTER, owner.mark().digest());
            assertThatThrownBy(owner::refresh).isInstanceOf(VaultFault.RolledBack.class);
            assertThatThrownBy(() -> owner.newEpoch(true)).isInstanceOf(VaultFault.RolledBack.class);
            assertThat(owner.chain().current().epoch()).isEqualTo(2);
        }
    }

    @Test
    void aLostPredecessorOfTheCharterIsReportedAndKeepsNobodyOut() throws InterruptedException {
        Digest first;
        try (KeyRing owner = ring.create(1)) {
            first = owner.mark().digest();
            owner.newEpoch(true);
            owner.newEpoch(true);
        }
        ring.delete(Kind.CHARTER, first);
        try (KeyRing owner = ring.open(1)) {
            assertThat(owner.findings()).extracting(KeyFinding::key)
                    .containsExactly(ObjectKeys.of(Kind.CHARTER, first).value());
            assertThat(owner.newEpoch(true)).isEqualTo(4);
        }
    }

    @Test
    void ofTwoChartersOfOneSequenceReadersTakeTheSmallerAndWritersRefuseUntilAnOwnerMends()
            throws InterruptedException {
        HandMade made = new HandMade(ring);
        Member owner = made.first.slots().getFirst();
        OpenSlot capture = made.slot(TestRing.raw(2), Role.CAPTURE);
        OpenSlot restore = made.slot(TestRing.raw(3), Role.RESTORE);
        Digest withCapture = added(made, owner, capture);
        Digest withRestore = added(made, owner, restore);
        Digest smaller = withCapture.compareTo(withRestore) < 0 ? withCapture : withRestore;
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.mark()).isEqualTo(new CharterMark(made.repository, 2, smaller));
            assertThat(opened.chain().epoch(1).openingPrivateKey()).isEqualTo(made.epoch.openingKey());
            assertThatThrownBy(() -> opened.chain().current()).isInstanceOf(VaultFault.Refused.class);
            assertThatThrownBy(() -> opened.chain().toOpening(ring.random)).isInstanceOf(VaultFault.Refused.class);
            assertThatThrownBy(() -> opened.newEpoch(true)).isInstanceOf(VaultFault.Refused.class);
            assertThatThrownBy(() -> opened.add(TestRing.raw(4), Role.REAP, "x"))
                    .isInstanceOf(VaultFault.Refused.class);
            assertThat(opened.mend()).isEqualTo(1);
            assertThat(opened.charter().sequence()).isEqualTo(3);
            assertThat(opened.newEpoch(true)).isEqualTo(2);
        }
        for (int key = 1; key <= 3; key++) {
            try (KeyRing opened = ring.open(key)) {
                assertThat(opened.chain().current().epoch()).isEqualTo(2);
            }
        }
    }

    @Test
    void mendingKeepsTheLongerOfTwoListsOfEpochsAndRetirements() throws InterruptedException {
        HandMade made = new HandMade(ring);
        Member owner = made.first.slots().getFirst();
        OpenSlot capture = made.slot(TestRing.raw(2), Role.CAPTURE);
        Digest second = added(made, owner, capture);
        Charter base = Charter.read(made.repository, made.root.publicKey(), "x",
                ring.read(Key.of(ObjectKeys.of(Kind.CHARTER, second).value()))).charter();
        Member gone = new Member(capture.slot().digest(), Role.CAPTURE, capture.slot().signingKey(),
                Optional.of(Instant.EPOCH.plusSeconds(9)));
        made.put(made.next(base, second, List.of(owner, gone), base.epochs()));
        EpochSecrets epoch = EpochSecrets.fresh(2, ring.random);
        Digest epochObject = ring.put(Kind.EPOCH, made.epochObject(epoch));
        made.grant(made.owner.slot(), epochObject, epoch);
        made.put(made.next(base, second, base.slots(), List.of(made.epochObject, epochObject)));
        try (KeyRing opened = ring.open(1)) {
            opened.mend();
            assertThat(opened.charter().epochs()).containsExactly(made.epochObject, epochObject);
            assertThat(opened.charter().activeSlots()).hasSize(1);
            assertThat(opened.chain().current().metadataKey()).isEqualTo(epoch.metadataKey());
        }
        assertThatThrownBy(() -> ring.open(2)).isInstanceOf(VaultFault.WrongKey.class);
    }

    @Test
    void withoutOneGrantASlotReadsTheOtherEpochsAndWritesNothing() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            owner.newEpoch(true);
            owner.newEpoch(true);
            Digest capture = owner.slots().get(1).digest();
            for (int lost = 1; lost <= 3; lost++) {
                var before = ring.everything();
                ring.delete(Kind.GRANT, grantOf(capture, lost));
                try (KeyRing partial = ring.open(2)) {
                    for (int epoch = 1; epoch <= 3; epoch++) {
                        if (epoch == lost) {
                            int missing = epoch;
                            assertThatThrownBy(() -> partial.chain().epoch(missing))
                                    .isInstanceOf(VaultFault.NotGranted.class);
                        } else {
                            assertThat(partial.chain().epoch(epoch).namingKey()).isNotNull();
                        }
                    }
                    assertThatThrownBy(() -> partial.chain().current()).isInstanceOf(VaultFault.NotGranted.class)
                            .hasMessageContaining("2 of 3");
                    assertThat(partial.findings()).hasSize(1);
                }
                assertThat(owner.mend()).isEqualTo(1);
                assertThat(owner.mend()).isZero();
                try (KeyRing whole = ring.open(2)) {
                    KeyRingTest.assertSameNaming(whole.chain().current(), owner.chain().current());
                }
                ring.restore(before);
            }
        }
    }

    @Test
    void aLostEpochObjectKeepsNoRestoreFromReadingItsData() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            owner.add(TestRing.raw(3), Role.RESTORE, "standby");
            owner.newEpoch(true);
            ring.delete(Kind.EPOCH, owner.charter().epochs().getFirst());
        }
        for (int key : new int[]{1, 3}) {
            try (KeyRing reader = ring.open(key)) {
                assertThat(reader.chain().epoch(1).openingPrivateKey()).isNotNull();
                assertThat(reader.findings()).extracting(KeyFinding::what).anyMatch(what -> what.contains("missing"));
            }
        }
        try (KeyRing capture = ring.open(2)) {
            assertThatThrownBy(() -> capture.chain().epoch(1)).isInstanceOf(VaultFault.NotGranted.class);
        }
    }

    /** An epoch whose beginning broke off before its charter, and the next one, which has the same number. */
    @Test
    void grantsOfAnEpochThatNeverBeganAreNotTakenForThoseOfTheNext() throws InterruptedException {
        HandMade made = new HandMade(ring);
        Member owner = made.first.slots().getFirst();
        OpenSlot capture = made.slot(TestRing.raw(2), Role.CAPTURE);
        added(made, owner, capture);
        for (int attempt = 0; attempt < 5; attempt++) {
            EpochSecrets broken = EpochSecrets.fresh(2, ring.random);
            Digest object = ring.put(Kind.EPOCH, made.epochObject(broken));
            made.grant(made.owner.slot(), object, broken);
            made.grant(capture.slot(), object, broken);
        }
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.newEpoch(false)).isEqualTo(2);
            try (KeyRing writer = ring.open(2)) {
                KeyRingTest.assertSameNaming(writer.chain().current(), opened.chain().current());
            }
        }
    }

    @Test
    void aGrantedOpeningKeyThatIsNotTheEpochsIsNotUsed() throws InterruptedException {
        HandMade made = new HandMade(ring);
        ring.delete(Kind.GRANT, Digest.sha256(ring.read(ring.keys(Kind.GRANT).getFirst())));
        made.grant(made.owner.slot(), made.epochObject, EpochSecrets.fresh(1, ring.random));
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.findings()).extracting(KeyFinding::what).anyMatch(what -> what.contains("opening key"));
            assertThatThrownBy(() -> opened.chain().epoch(1)).isInstanceOf(VaultFault.NotGranted.class);
        }
    }

    @Test
    void aGrantForAnotherRoleThanItsSlotsIsNotUsed() throws InterruptedException {
        HandMade made = new HandMade(ring);
        byte[] grant = ring.read(ring.keys(Kind.GRANT).getFirst());
        byte[] unsigned = Arrays.copyOf(grant, grant.length - SIGNATURE_BYTES);
        int roleAt = Envelope.BYTES + 2 + 32 + 32;
        assertThat(unsigned[roleAt]).isEqualTo((byte) 1);
        byte[] sealedForRestore = new Encoder().raw(unsigned, 0, roleAt)
                .u8(Role.RESTORE.code())
                .bytes(new byte[32 + 96 + 16])
                .toByteArray();
        ring.put(Kind.GRANT, made.root.sign(sealedForRestore));
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.findings()).extracting(KeyFinding::what).anyMatch(what -> what.contains("another role"));
            assertThat(opened.chain().current().epoch()).isEqualTo(1);
        }
    }

    @Test
    void aNewEpochWaitsForNoSlotWhoseObjectIsGone() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            Digest capture = owner.add(TestRing.raw(2), Role.CAPTURE, "db1").digest();
            ring.delete(Kind.SLOT, capture);
            assertThatThrownBy(() -> owner.newEpoch(false)).isInstanceOf(VaultFault.Missing.class)
                    .hasMessageContaining(capture.hex());
            owner.remove(capture);
            assertThat(owner.newEpoch(false)).isEqualTo(2);
        }
    }

    @Test
    void aFeatureForWritersThatIsNotKnownLeavesReadingAndRefusesWriting() throws InterruptedException {
        HandMade made = new HandMade(ring);
        byte[] charter = ring.read(ring.keys(Kind.CHARTER).getFirst());
        byte[] unsigned = Arrays.copyOf(charter, charter.length - SIGNATURE_BYTES);
        ByteBuffer.wrap(unsigned).putInt(16, 2);
        ring.delete(Kind.CHARTER, made.firstObject);
        ring.put(Kind.CHARTER, made.root.sign(unsigned));
        try (KeyRing opened = ring.open(1)) {
            assertThat(opened.chain().epoch(1).epoch()).isEqualTo(1);
            assertThatThrownBy(() -> opened.chain().current()).isInstanceOf(VaultFault.Unsupported.class)
                    .hasMessageContaining("0x2");
            assertThatThrownBy(() -> opened.newEpoch(true)).isInstanceOf(VaultFault.Unsupported.class);
            assertThatThrownBy(opened::mend).isInstanceOf(VaultFault.Unsupported.class);
        }
    }

    /** More than three quarters of the 1 GiB heap that tests have. */
    @Test
    void aSlotThatWouldTakeTooMuchMemoryIsNotTriedAndTheFaultSaysSo() throws InterruptedException {
        HandMade made = new HandMade(ring);
        byte[] slot = made.slot(KeySource.passphrase("p".toCharArray(), PassphraseCost.LOWEST), Role.CAPTURE)
                .slot().object();
        byte[] unsigned = Arrays.copyOf(slot, slot.length - SIGNATURE_BYTES);
        int memoryAt = Envelope.BYTES + 1 + 16 + 1 + 1 + "made by hand".length() + 8;
        assertThat(ByteBuffer.wrap(unsigned).getInt(memoryAt)).isEqualTo(PassphraseCost.MEMORY_KIB_MIN);
        ByteBuffer.wrap(unsigned).putInt(memoryAt, PassphraseCost.MEMORY_KIB_MAX);
        ring.put(Kind.SLOT, made.root.sign(unsigned));
        assertThatThrownBy(() -> KeyRing.open(ring.store, KeySource.passphrase("p".toCharArray()), Optional.empty(),
                ring.clock, ring.random)).isInstanceOf(VaultFault.Refused.class).hasMessageContaining("1024 MiB");
        ring.open(1).close();
    }

    @Test
    void withoutCharterOrSlotTheFaultSaysWhatIsMissing() throws InterruptedException {
        KeyRing owner = ring.create(1);
        Digest charter = owner.mark().digest();
        var before = ring.everything();
        ring.delete(Kind.CHARTER, charter);
        assertThatThrownBy(() -> ring.open(1)).isInstanceOf(VaultFault.WrongKey.class);
        assertThatThrownBy(owner::refresh).isInstanceOf(VaultFault.Missing.class);
        ring.restore(before);
        ring.delete(Kind.SLOT, owner.slot().digest());
        assertThatThrownBy(() -> ring.open(1)).isInstanceOf(VaultFault.NoRepository.class);
        assertThat(owner.refresh()).isFalse();
    }

    private Digest added(HandMade made, Member owner, OpenSlot slot) throws InterruptedException {
        ring.put(Kind.SLOT, slot.slot().object());
        made.grant(slot.slot(), made.epochObject, made.epoch);
        return made.put(made.next(made.first, made.firstObject, List.of(owner, Member.of(slot.slot())),
                made.first.epochs()));
    }

    private Digest grantOf(Digest slot, int epoch) throws InterruptedException {
        for (Key key : ring.keys(Kind.GRANT)) {
            byte[] object = ring.read(key);
            if (ByteBuffer.wrap(object).getShort(Envelope.BYTES) == epoch
                    && Digest.at(object, Envelope.BYTES + 34).equals(slot)) {
                return Digest.sha256(object);
            }
        }
        throw new IllegalStateException("no grant of epoch " + epoch);
    }

    private String put(String key, byte[] object) throws InterruptedException {
        ring.store.put(Key.of(key), Content.of(object));
        return key;
    }
}
