// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.fault.Fault;
import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Injection;
import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Every fault that every single call to the store can have, in every operation on the keys. */
class KeyFaultTest {

    private static final int OWNER = 1;
    private static final int CAPTURE = 2;
    private static final int ADDED = 3;

    private final TestRing ring = new TestRing(6);

    @FunctionalInterface
    private interface Change {
        void run(KeyRing owner) throws InterruptedException;
    }

    @FunctionalInterface
    private interface Check {
        void run(KeyRing owner) throws InterruptedException;
    }

    @Test
    void anAdditionThatFailsAnywhereLeavesAllSlotsOpenableAndCanBeRepeated() throws InterruptedException {
        exercise(owner -> owner.add(TestRing.raw(ADDED), Role.RESTORE, "standby"), after -> {
            assertThat(after.chain().current().epoch()).isEqualTo(2);
            boolean listed = after.charter().activeSlots().size() == 3;
            if (listed) {
                assertOpens(ADDED, after);
            } else {
                assertThatThrownBy(() -> ring.open(ADDED)).isInstanceOf(VaultFault.WrongKey.class);
            }
        }, repeated -> assertOpens(ADDED, repeated));
    }

    @Test
    void aRemovalThatFailsAnywhereRemovesOrNot() throws InterruptedException {
        exercise(owner -> owner.remove(slot(owner, Role.CAPTURE)), after -> {
            if (after.charter().activeSlots().size() == 1) {
                assertThatThrownBy(() -> ring.open(CAPTURE)).isInstanceOf(VaultFault.WrongKey.class);
            } else {
                assertOpens(CAPTURE, after);
            }
        }, repeated -> {
            assertThat(repeated.charter().activeSlots()).hasSize(1);
            assertThat(repeated.slots().stream().filter(info -> info.slot().isPresent())).hasSize(1);
            assertThat(repeated.mend()).isZero();
        });
    }

    @Test
    void anEpochWhoseBeginningFailsAnywhereBeginsForAllSlotsOrForNone() throws InterruptedException {
        exercise(owner -> owner.newEpoch(false), after -> {
            assertThat(after.chain().current().epoch()).isBetween(2, 3);
            assertOpens(CAPTURE, after);
        }, repeated -> {
            assertThat(repeated.chain().current().epoch()).isBetween(3, 4);
            assertOpens(CAPTURE, repeated);
        });
    }

    @Test
    void mendingThatFailsAnywhereDoesNoHarmAndCanBeRepeated() throws InterruptedException {
        exercise(() -> {
            try (KeyRing owner = ring.open(OWNER)) {
                SortedMap<Key, byte[]> before = ring.everything();
                owner.add(TestRing.raw(ADDED), Role.CAPTURE, "db2");
                for (Key grant : ring.keys(Kind.GRANT)) {
                    if (!before.containsKey(grant)) {
                        ring.store.delete(grant);
                    }
                }
            }
        }, KeyRing::mend, after -> assertOpens(CAPTURE, after), repeated -> {
            assertOpens(CAPTURE, repeated);
            assertOpens(ADDED, repeated);
        });
    }

    @Test
    void aCreationThatFailsAnywhereLeavesARepositoryOrRoomForOne() throws InterruptedException {
        FaultyStore rehearsal = new FaultyStore(ring.store, FaultyStore.nothing());
        ring.with(rehearsal).create(OWNER).close();
        for (Injection injection : rehearsal.injections()) {
            TestRing empty = new TestRing(injection.call().number());
            boolean created = succeeds(() -> empty.with(faulty(empty, injection)).create(OWNER).close());
            boolean there = succeeds(() -> empty.open(OWNER).close());
            if (created || there) {
                assertThat(there).as(injection.toString()).isTrue();
            } else if (injection.fault() != FaultyStore.Fault.TORN_PUT) {
                empty.create(OWNER).close();
                empty.open(OWNER).close();
            }
        }
    }

    private void exercise(Change change, Check after, Check repeated) throws InterruptedException {
        exercise(() -> {
        }, change, after, repeated);
    }

    private void exercise(Interruptible prepare, Change change, Check after, Check repeated)
            throws InterruptedException {
        try (KeyRing owner = ring.create(OWNER)) {
            owner.add(TestRing.raw(CAPTURE), Role.CAPTURE, "db1");
            owner.newEpoch(true);
        }
        prepare.run();
        SortedMap<Key, byte[]> before = ring.everything();
        FaultyStore rehearsal = new FaultyStore(ring.store, FaultyStore.nothing());
        try (KeyRing owner = ring.with(rehearsal).open(OWNER)) {
            change.run(owner);
        }
        List<Injection> injections = rehearsal.injections().stream()
                .filter(injection -> injection.fault() != FaultyStore.Fault.SLOW)
                .toList();
        assertThat(injections).hasSizeGreaterThan(100);
        for (Injection injection : injections) {
            ring.restore(before);
            try {
                exercise(injection, change, after, repeated);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(injection.toString(), e);
            }
        }
    }

    private void exercise(Injection injection, Change change, Check after, Check repeated)
            throws InterruptedException {
        succeeds(() -> {
            try (KeyRing owner = ring.with(faulty(ring, injection)).open(OWNER)) {
                change.run(owner);
            }
        });
        try (KeyRing owner = ring.open(OWNER)) {
            assertThat(owner.chain().epoch(1).namingKey()).isEqualTo(owner.chain().epoch(2).namingKey());
            assertThat(owner.chain().current().epoch()).isEqualTo(owner.charter().newestEpoch());
            after.run(owner);
        }
        try (KeyRing owner = ring.open(OWNER)) {
            change.run(owner);
            repeated.run(owner);
        }
    }

    private static FaultyStore faulty(TestRing ring, Injection injection) {
        return new FaultyStore(ring.store, FaultyStore.at(injection.call().number(), injection.fault()));
    }

    /** Whether it came to its end: faults and the end of the process are what happens here. */
    private static boolean succeeds(Interruptible action) throws InterruptedException {
        try {
            action.run();
            return true;
        } catch (Fault | FaultyStore.Crashed e) {
            return false;
        }
    }

    @FunctionalInterface
    private interface Interruptible {
        void run() throws InterruptedException;
    }

    private void assertOpens(int key, KeyRing owner) throws InterruptedException {
        try (KeyRing opened = ring.open(key)) {
            KeyRingTest.assertSameNaming(opened.chain().current(), owner.chain().current());
            KeyRingTest.assertSameNaming(opened.chain().epoch(1), owner.chain().epoch(1));
        }
    }

    private static Digest slot(KeyRing owner, Role role) {
        return owner.charter().slots().stream().filter(member -> member.role() == role).findFirst().orElseThrow()
                .slot();
    }
}
