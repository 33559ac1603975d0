// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyRingTest {

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-07-01T12:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final Store store = new MemoryStore(clock);

    @Test
    void aNewRepositoryHasOneOwnerOneEpochAndFourObjects() throws InterruptedException {
        try (KeyRing ring = create(1)) {
            assertThat(ring.role()).isEqualTo(Role.OWNER);
            assertThat(ring.charter().sequence()).isEqualTo(1);
            assertThat(ring.chain().current().epoch()).isEqualTo(1);
            assertThat(ring.findings()).isEmpty();
        }
        assertThat(keys()).extracting(key -> key.value().substring(0, key.value().indexOf('/')))
                .containsExactly("charter", "epoch", "grant", "slot");
    }

    @Test
    void eachRoleGetsTheSecretsOfItsRowOfTheTable() throws InterruptedException {
        try (KeyRing owner = create(1)) {
            owner.add(raw(2), Role.CAPTURE, "db1");
            owner.add(raw(3), Role.RESTORE, "standby");
            owner.add(raw(4), Role.REAP, "gc");
            owner.newEpoch(true);
        }
        for (Role role : Role.values()) {
            try (KeyRing ring = open(role.code())) {
                assertThat(ring.role()).isEqualTo(role);
                assertThat(ring.chain().current().epoch()).isEqualTo(2);
                for (int epoch = 1; epoch <= 2; epoch++) {
                    assertThat(ring.chain().epoch(epoch).namingKey() != null).isEqualTo(role.names());
                    assertThat(ring.chain().epoch(epoch).openingPrivateKey() != null).isEqualTo(role.opens());
                }
                if (role != Role.OWNER) {
                    assertThatThrownBy(() -> ring.newEpoch(true)).isInstanceOf(VaultFault.NotGranted.class);
                }
            }
        }
    }

    @Test
    void aRemovedSlotDoesNotOpenAndTheLastOwnerCannotBeRemoved() throws InterruptedException {
        try (KeyRing owner = create(1)) {
            Digest capture = owner.add(raw(2), Role.CAPTURE, "db1").digest();
            owner.remove(capture);
            assertThat(owner.slots()).hasSize(2);
            assertThatThrownBy(() -> owner.remove(owner.slot().digest())).isInstanceOf(VaultFault.Refused.class)
                    .hasMessageContaining("last owner");
        }
        assertThatThrownBy(() -> open(2)).isInstanceOf(VaultFault.WrongKey.class);
        assertThat(keys()).extracting(key -> key.value().substring(0, key.value().indexOf('/')))
                .containsExactly("charter", "charter", "charter", "epoch", "grant", "slot");
    }

    private KeyRing create(int key) throws InterruptedException {
        return KeyRing.create(store, NewRepository.DEFAULT, raw(key), "owner", clock, random);
    }

    private KeyRing open(int key) throws InterruptedException {
        return KeyRing.open(store, raw(key), Optional.empty(), clock, random);
    }

    private static KeySource raw(int key) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) key;
        return KeySource.raw(bytes);
    }

    private List<Key> keys() throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.everything(), blob -> keys.add(blob.key()));
        return keys;
    }
}
