// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.SealedObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What owners and others do with the keys when nothing goes wrong. */
class KeyRingTest {

    private final TestRing repository = new TestRing(1);

    @Test
    void aNewRepositoryHasOneOwnerOneEpochAndFourObjects() throws InterruptedException {
        try (KeyRing ring = repository.create(1)) {
            assertThat(ring.role()).isEqualTo(Role.OWNER);
            assertThat(ring.slot().label()).isEqualTo("slot 1");
            assertThat(ring.charter().sequence()).isEqualTo(1);
            assertThat(ring.charter().blockBytes()).isEqualTo(65_536);
            assertThat(ring.charter().packBytes()).isEqualTo(32 << 20);
            assertThat(ring.chain().current().epoch()).isEqualTo(1);
            assertThat(ring.findings()).isEmpty();
        }
        for (Kind kind : List.of(Kind.CHARTER, Kind.SLOT, Kind.EPOCH, Kind.GRANT)) {
            assertThat(repository.keys(kind)).as(kind.prefix()).hasSize(1);
        }
        assertThat(repository.everything()).hasSize(4);
    }

    @Test
    void anOpenedRepositoryIsTheCreatedOne() throws InterruptedException {
        try (KeyRing created = repository.create(1); KeyRing opened = repository.open(1)) {
            assertThat(opened.repository()).isEqualTo(created.repository());
            assertThat(opened.mark()).isEqualTo(created.mark());
            assertThat(opened.charter().instance()).isEqualTo(created.charter().instance());
            assertSameSecrets(opened.chain().current(), created.chain().current());
            assertThat(opened.findings()).isEmpty();
        }
    }

    @Test
    void aPassphraseOpensItsSlotAndAnotherDoesNot() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(KeySource.passphrase("correct horse".toCharArray(), PassphraseCost.LOWEST), Role.OWNER, "Ann");
        }
        try (KeyRing ring = openWith("correct horse")) {
            assertThat(ring.slot().label()).isEqualTo("Ann");
            assertThat(ring.slot().kind()).isEqualTo(SlotKind.PASSPHRASE);
        }
        assertThatThrownBy(() -> openWith("battery staple")).isInstanceOf(VaultFault.WrongKey.class);
    }

    @Test
    void eachRoleGetsTheSecretsOfItsRowOfTheTable() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            owner.add(TestRing.raw(3), Role.RESTORE, "standby");
            owner.add(TestRing.raw(4), Role.REAP, "gc");
            owner.newEpoch(true);
        }
        for (Role role : Role.values()) {
            try (KeyRing ring = repository.open(role.code())) {
                assertThat(ring.role()).isEqualTo(role);
                assertThat(ring.chain().current().epoch()).isEqualTo(2);
                assertThat(ring.findings()).isEmpty();
                for (int epoch = 1; epoch <= 2; epoch++) {
                    assertThat(ring.chain().epoch(epoch).namingKey() != null).isEqualTo(role.names());
                    assertThat(ring.chain().epoch(epoch).openingPrivateKey() != null).isEqualTo(role.opens());
                }
            }
        }
    }

    @Test
    void onlyOwnersChangeTheKeys() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            for (Role role : List.of(Role.CAPTURE, Role.RESTORE, Role.REAP)) {
                owner.add(TestRing.raw(role.code()), role, role.toString());
            }
        }
        var before = repository.everything();
        for (Role role : List.of(Role.CAPTURE, Role.RESTORE, Role.REAP)) {
            try (KeyRing ring = repository.open(role.code())) {
                Digest mine = ring.slot().digest();
                assertThatThrownBy(() -> ring.add(TestRing.raw(9), Role.OWNER, "x"))
                        .isInstanceOf(VaultFault.NotGranted.class);
                assertThatThrownBy(() -> ring.remove(mine)).isInstanceOf(VaultFault.NotGranted.class);
                assertThatThrownBy(() -> ring.newEpoch(true)).isInstanceOf(VaultFault.NotGranted.class);
                assertThatThrownBy(ring::mend).isInstanceOf(VaultFault.NotGranted.class);
            }
        }
        assertThat(repository.everything().keySet()).isEqualTo(before.keySet());
    }

    @Test
    void aRemovedSlotDoesNotOpenAndItsObjectsAreGone() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            Digest capture = owner.add(TestRing.raw(2), Role.CAPTURE, "db1").digest();
            owner.newEpoch(false);
            owner.remove(capture);
            assertThat(owner.slots()).hasSize(2);
            assertThat(owner.slots().get(1).retired()).isPresent();
            assertThat(owner.slots().get(1).slot()).isEmpty();
            assertThatThrownBy(() -> owner.remove(Digest.NONE)).isInstanceOf(VaultFault.Unknown.class);
        }
        assertThatThrownBy(() -> repository.open(2)).isInstanceOf(VaultFault.WrongKey.class);
        assertThat(repository.keys(Kind.SLOT)).hasSize(1);
        assertThat(repository.keys(Kind.GRANT)).hasSize(2);
    }

    @Test
    void theLastOwnersSlotCannotBeRemovedAndTheLastButOneCan() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(3), Role.RESTORE, "standby");
            Digest mine = owner.slot().digest();
            assertThatThrownBy(() -> owner.remove(mine)).isInstanceOf(VaultFault.Refused.class)
                    .hasMessageContaining("last owner");
            owner.add(TestRing.raw(2), Role.OWNER, "Ben");
            owner.remove(mine);
            assertThatThrownBy(owner::refresh).as("it signs in vain from now on")
                    .isInstanceOf(VaultFault.WrongKey.class);
        }
        assertThatThrownBy(() -> repository.open(1)).isInstanceOf(VaultFault.WrongKey.class);
        try (KeyRing other = repository.open(2)) {
            assertThatThrownBy(() -> other.remove(other.slot().digest())).isInstanceOf(VaultFault.Refused.class);
        }
    }

    @Test
    void anOwnerWhoWasRemovedMeanwhileChangesNothing() throws InterruptedException {
        try (KeyRing first = repository.create(1)) {
            first.add(TestRing.raw(2), Role.OWNER, "Ben");
            try (KeyRing second = repository.open(2)) {
                second.remove(first.slot().digest());
            }
            var before = repository.everything();
            assertThatThrownBy(() -> first.newEpoch(false)).isInstanceOf(VaultFault.WrongKey.class);
            assertThatThrownBy(() -> first.add(TestRing.raw(3), Role.OWNER, "x"))
                    .isInstanceOf(VaultFault.WrongKey.class);
            assertThatThrownBy(first::refresh).isInstanceOf(VaultFault.WrongKey.class);
            assertThat(repository.everything().keySet()).isEqualTo(before.keySet());
        }
    }

    @Test
    void aNewEpochHasNewSecretsAndKeepsTheNamingKeyOnlyIfTold() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            assertThat(owner.newEpoch(true)).isEqualTo(2);
            assertThat(owner.newEpoch(false)).isEqualTo(3);
            EpochKeys first = owner.chain().epoch(1);
            EpochKeys second = owner.chain().epoch(2);
            EpochKeys third = owner.chain().epoch(3);
            assertThat(second.namingKey()).isEqualTo(first.namingKey());
            assertThat(third.namingKey()).isNotEqualTo(first.namingKey());
            assertThat(second.metadataKey()).isNotEqualTo(first.metadataKey()).isNotEqualTo(third.metadataKey());
            assertThat(second.openingPublicKey()).isNotEqualTo(first.openingPublicKey())
                    .isNotEqualTo(third.openingPublicKey());
            byte[] block = new byte[100];
            assertThat(owner.chain().names(2).data(block, 0, 100)).isEqualTo(owner.chain().names(1).data(block, 0,
                    100));
            assertThat(owner.chain().names(3).data(block, 0, 100)).isNotEqualTo(owner.chain().names(1).data(block, 0,
                    100));
        }
    }

    @Test
    void aRunningRingLearnsOfChangesByRefreshing() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            try (KeyRing capture = repository.open(2)) {
                assertThat(capture.refresh()).isFalse();
                owner.newEpoch(true);
                assertThat(capture.chain().current().epoch()).isEqualTo(1);
                assertThat(capture.refresh()).isTrue();
                assertThat(capture.chain().current().epoch()).isEqualTo(2);
                owner.remove(capture.slot().digest());
                assertThatThrownBy(capture::refresh).isInstanceOf(VaultFault.WrongKey.class);
            }
        }
    }

    @Test
    void lookingAtKeysThatAreAsTheyWereListsTheCharterAlone() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            MeteredStore store = new MeteredStore(repository.store);
            try (KeyRing capture = repository.with(store).open(2)) {
                assertThat(lists(store, capture)).isEqualTo(1);
                owner.newEpoch(true);
                assertThat(lists(store, capture)).as("a charter that has not been seen").isEqualTo(2);
                assertThat(capture.chain().current().epoch()).isEqualTo(2);
                assertThat(lists(store, capture)).isEqualTo(1);
            }
        }
    }

    @Test
    void aGrantThatWasMissingIsLookedForAgain() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            owner.newEpoch(true);
            var whole = repository.everything();
            for (Key grant : repository.keys(Kind.GRANT)) {
                repository.store.delete(grant);
            }
            MeteredStore store = new MeteredStore(repository.store);
            try (KeyRing capture = repository.with(store).open(2)) {
                assertThatThrownBy(() -> capture.chain().current()).isInstanceOf(VaultFault.NotGranted.class);
                repository.restore(whole);
                assertThat(lists(store, capture)).isEqualTo(2);
                assertThat(capture.chain().current().epoch()).isEqualTo(2);
                assertThat(lists(store, capture)).isEqualTo(1);
            }
        }
    }

    private static long lists(MeteredStore store, KeyRing ring) throws InterruptedException {
        long before = store.count(MeteredStore.Verb.LIST).calls();
        ring.refresh();
        return store.count(MeteredStore.Verb.LIST).calls() - before;
    }

    @Test
    void whatASlotSaidCountsUntilItsRetirement() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
            KeyRing capture = repository.open(2);
            byte[] object = SealedObject.write(capture.chain(), capture.signer(), Kind.SNAPSHOT, new byte[9],
                    repository.random);
            Instant before = repository.clock.instant();
            Authority authority = owner.authority();
            owner.remove(capture.slot().digest());
            Instant after = repository.clock.instant();
            assertThat(SealedObject.read(owner.chain(), authority, Kind.SNAPSHOT, "x", before, object).signer())
                    .isEqualTo(capture.slot().digest());
            assertThatThrownBy(
                    () -> SealedObject.read(owner.chain(), authority, Kind.SNAPSHOT, "x", after, object))
                    .isInstanceOf(VaultFault.Untrusted.class);
            assertThat(SealedObject
                    .read(owner.chain(), owner.authorityWithoutTimes(), Kind.SNAPSHOT, "x", after, object).body())
                    .hasSize(9);
        }
    }

    @Test
    void slotsAreListedInTheOrderInWhichTheyWereAdded() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            for (int key = 2; key <= 6; key++) {
                owner.add(TestRing.raw(key), Role.CAPTURE, "slot " + key);
            }
            assertThat(owner.slots()).extracting(info -> info.slot().orElseThrow().label())
                    .containsExactly("slot 1", "slot 2", "slot 3", "slot 4", "slot 5", "slot 6");
            assertThat(owner.slots()).extracting(SlotInfo::mine).containsExactly(true, false, false, false, false,
                    false);
        }
    }

    @Test
    void theSeventeenthPassphraseIsRefusedSinceNobodyWouldTryIt() throws InterruptedException {
        HandMade made = new HandMade(repository);
        for (int slot = 0; slot < 16; slot++) {
            repository.put(Kind.SLOT, made.slot(KeySource.passphrase("p".toCharArray(), PassphraseCost.LOWEST),
                    Role.CAPTURE).slot().object());
        }
        try (KeyRing owner = repository.open(1)) {
            KeySource seventeenth = KeySource.passphrase("q".toCharArray(), PassphraseCost.LOWEST);
            assertThatThrownBy(() -> owner.add(seventeenth, Role.CAPTURE, "x")).isInstanceOf(VaultFault.Refused.class);
            owner.add(TestRing.raw(2), Role.CAPTURE, "db1");
        }
    }

    @Test
    void twentyRawKeysAllOpen() throws InterruptedException {
        try (KeyRing owner = repository.create(1)) {
            for (int key = 2; key <= 20; key++) {
                owner.add(TestRing.raw(key), Role.CAPTURE, "db" + key);
            }
        }
        for (int key = 1; key <= 20; key += 6) {
            repository.open(key).close();
        }
    }

    @Test
    void aLabelThatNobodyCouldReadIsRefusedBeforeAnythingIsPut() throws InterruptedException {
        String label = "ä".repeat(2049);
        assertThatThrownBy(() -> KeyRing.create(repository.store, NewRepository.DEFAULT, TestRing.raw(1), label,
                repository.clock, repository.random)).isInstanceOf(VaultFault.Refused.class);
        assertThat(repository.everything()).isEmpty();
        try (KeyRing owner = repository.create(1)) {
            assertThatThrownBy(() -> owner.add(TestRing.raw(2), Role.CAPTURE, label))
                    .isInstanceOf(VaultFault.Refused.class);
            assertThat(owner.add(TestRing.raw(2), Role.CAPTURE, "ä".repeat(2048)).label()).hasSize(2048);
        }
        repository.open(2).close();
    }

    @Test
    void anEmptyPlaceIsNoRepositoryAndAFullOneIsNotOverwritten() throws InterruptedException {
        assertThatThrownBy(() -> repository.open(1)).isInstanceOf(VaultFault.NoRepository.class);
        repository.create(1).close();
        var before = repository.everything();
        assertThatThrownBy(() -> repository.create(2)).isInstanceOf(VaultFault.Refused.class);
        TestRing other = new TestRing(2);
        other.store.put(Key.of("notes.txt"), Content.of(new byte[1]));
        assertThatThrownBy(() -> other.create(1)).isInstanceOf(VaultFault.Refused.class)
                .hasMessageContaining("notes.txt");
        assertThat(repository.everything().keySet()).isEqualTo(before.keySet());
    }

    @Test
    void noSecretIsInWhatARingTells() throws InterruptedException {
        try (KeyRing ring = repository.create(1)) {
            List<Object> tellers = new ArrayList<>(List.of(ring.chain(), ring.chain().current(), ring.signer(),
                    ring.charter(), ring.slot(), ring.slots(), ring.findings(), ring.mark()));
            String secrets = Arrays.toString(ring.chain().current().metadataKey());
            for (Object teller : tellers) {
                assertThat(teller.toString()).doesNotContain(secrets);
            }
        }
    }

    @Test
    void closingOverwritesTheSecrets() throws InterruptedException {
        KeyRing ring = repository.create(1);
        EpochKeys keys = ring.chain().current();
        ring.close();
        assertThat(keys.metadataKey()).containsOnly(0);
        assertThat(keys.namingKey()).containsOnly(0);
        assertThat(keys.openingPrivateKey()).containsOnly(0);
    }

    private KeyRing openWith(String passphrase) throws InterruptedException {
        return KeyRing.open(repository.store, KeySource.passphrase(passphrase.toCharArray()), Optional.empty(),
                repository.clock, repository.random);
    }

    static void assertSameNaming(EpochKeys first, EpochKeys second) {
        assertThat(first.epoch()).isEqualTo(second.epoch());
        assertThat(first.metadataKey()).isEqualTo(second.metadataKey());
        assertThat(first.namingKey()).isEqualTo(second.namingKey());
        assertThat(first.openingPublicKey()).isEqualTo(second.openingPublicKey());
    }

    static void assertSameSecrets(EpochKeys first, EpochKeys second) {
        assertThat(first.epoch()).isEqualTo(second.epoch());
        assertThat(first.metadataKey()).isEqualTo(second.metadataKey());
        assertThat(first.namingKey()).isEqualTo(second.namingKey());
        assertThat(first.openingPublicKey()).isEqualTo(second.openingPublicKey());
        assertThat(first.openingPrivateKey()).isEqualTo(second.openingPrivateKey());
    }
}
