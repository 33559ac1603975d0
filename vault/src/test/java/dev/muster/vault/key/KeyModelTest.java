// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Long random histories of slots and epochs, compared with what they must come to. */
class KeyModelTest {

    private static final int HISTORIES = 6;
    private static final int STEPS = 25;

    private record Entry(int key, Role role, Digest slot) {}

    private final List<Entry> active = new ArrayList<>();
    private final List<Entry> removed = new ArrayList<>();
    private final Map<Integer, byte[]> namingKeys = new LinkedHashMap<>();
    private int nextKey = 1;

    @Test
    void anyHistoryComesToWhatTheModelSays() throws InterruptedException {
        long seed = new SecureRandom().nextLong();
        for (int history = 0; history < HISTORIES; history++) {
            try {
                run(new Random(seed + history));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + (seed + history), e);
            }
        }
    }

    private void run(Random dice) throws InterruptedException {
        active.clear();
        removed.clear();
        namingKeys.clear();
        TestRing ring = new TestRing(dice.nextLong());
        int first = nextKey++;
        try (KeyRing owner = ring.create(first)) {
            active.add(new Entry(first, Role.OWNER, owner.slot().digest()));
            namingKeys.put(1, naming(owner, 1));
        }
        for (int step = 0; step < STEPS; step++) {
            Entry actor = any(active.stream().filter(entry -> entry.role == Role.OWNER).toList(), dice);
            try (KeyRing owner = ring.open(actor.key)) {
                step(owner, actor, dice);
            }
            compare(ring, dice);
        }
        for (Entry entry : active) {
            compare(ring, entry);
        }
    }

    private void step(KeyRing owner, Entry actor, Random dice) throws InterruptedException {
        switch (dice.nextInt(6)) {
            case 0, 1, 2 -> {
                int key = nextKey++;
                Role role = any(List.of(Role.values()), dice);
                active.add(new Entry(key, role, owner.add(TestRing.raw(key), role, "slot " + key).digest()));
            }
            case 3 -> remove(owner, any(active, dice));
            case 4 -> {
                boolean keep = dice.nextBoolean();
                int epoch = owner.newEpoch(keep);
                assertThat(epoch).isEqualTo(namingKeys.size() + 1);
                byte[] naming = naming(owner, epoch);
                assertThat(Arrays.equals(naming, namingKeys.get(epoch - 1))).isEqualTo(keep);
                namingKeys.put(epoch, naming);
            }
            default -> assertThat(owner.mend()).as("nothing to mend for " + actor).isZero();
        }
    }

    private void remove(KeyRing owner, Entry entry) throws InterruptedException {
        long owners = active.stream().filter(each -> each.role == Role.OWNER).count();
        if (entry.role == Role.OWNER && owners == 1) {
            assertThatThrownBy(() -> owner.remove(entry.slot)).isInstanceOf(VaultFault.Refused.class);
            return;
        }
        owner.remove(entry.slot);
        active.remove(entry);
        removed.add(entry);
    }

    private void compare(TestRing ring, Random dice) throws InterruptedException {
        compare(ring, any(active, dice));
        if (!removed.isEmpty()) {
            int gone = any(removed, dice).key;
            assertThatThrownBy(() -> ring.open(gone)).isInstanceOf(VaultFault.WrongKey.class);
        }
    }

    private void compare(TestRing ring, Entry entry) throws InterruptedException {
        try (KeyRing opened = ring.open(entry.key)) {
            assertThat(opened.role()).isEqualTo(entry.role);
            assertThat(opened.slot().digest()).isEqualTo(entry.slot);
            assertThat(opened.findings()).isEmpty();
            assertThat(opened.chain().current().epoch()).isEqualTo(namingKeys.size());
            assertThat(opened.charter().activeSlots()).extracting(Charter.Member::slot)
                    .containsExactlyInAnyOrderElementsOf(active.stream().map(Entry::slot).toList());
            assertThat(opened.charter().slots()).hasSize(active.size() + removed.size());
            for (int epoch = 1; epoch <= namingKeys.size(); epoch++) {
                if (entry.role.names()) {
                    assertThat(naming(opened, epoch)).isEqualTo(namingKeys.get(epoch));
                } else {
                    assertThat(opened.chain().epoch(epoch).namingKey()).isNull();
                }
            }
        }
    }

    private static byte[] naming(KeyRing ring, int epoch) {
        byte[] key = ring.chain().epoch(epoch).namingKey();
        assertThat(key).isNotNull();
        return key == null ? new byte[0] : key.clone();
    }

    private static <T> T any(List<T> list, Random dice) {
        return list.get(dice.nextInt(list.size()));
    }
}
