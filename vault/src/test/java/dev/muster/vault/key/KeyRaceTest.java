// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.FaultyStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.work.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two owners, the second of whom does all his work between two calls of the first. */
class KeyRaceTest {

    private final TestRing ring = new TestRing(7);

    @FunctionalInterface
    private interface Change {
        void run(KeyRing owner) throws InterruptedException;
    }

    @Test
    void twoChangesAtOnceLeaveOneCharterThatAllSlotsOpenUnder() throws InterruptedException {
        ring.create(1).close();
        List<Change> changes = List.of(owner -> owner.add(TestRing.raw(3), Role.CAPTURE, "db1"),
                owner -> owner.newEpoch(false), KeyRing::mend);
        var before = ring.everything();
        int refused = 0;
        for (Change first : changes) {
            for (Change second : changes) {
                ring.restore(before);
                int calls = callsOf(first);
                for (int at = 1; at <= calls; at++) {
                    ring.restore(before);
                    refused += race(first, second, at);
                }
            }
        }
        assertThat(refused).as("races that were noticed").isPositive();
    }

    /** Both have put their charter before either looks: nobody can tell who was first, so both step back. */
    @Test
    void twoOwnersWhoSeeEachOtherBothStepBack() throws InterruptedException {
        ring.create(1).close();
        CyclicBarrier both = new CyclicBarrier(2);
        List<VaultFault> refused = Collections.synchronizedList(new ArrayList<>());
        try (Scope scope = Scope.open("owners", 2)) {
            for (int owner = 0; owner < 2; owner++) {
                scope.fork(() -> attempt(() -> {
                    try (KeyRing mine = ring.with(inStep(both)).open(1)) {
                        mine.newEpoch(false);
                    }
                }, refused));
            }
            scope.join();
        }
        assertThat(refused).hasSize(2).allMatch(VaultFault.Refused.class::isInstance);
        try (KeyRing owner = ring.open(1)) {
            assertThat(owner.charter().sequence()).isEqualTo(1);
            assertThat(owner.newEpoch(false)).isEqualTo(2);
        }
    }

    /** Both put their charter, then both look, then both step back. */
    private FaultyStore inStep(CyclicBarrier barrier) {
        boolean[] put = {false};
        return new FaultyStore(ring.store, call -> {
            boolean ofCharter = call.subject().startsWith("charter/") && call.verb() != Verb.GET;
            boolean puts = ofCharter && call.verb() == Verb.PUT;
            if (puts || put[0] || (ofCharter && call.verb() == Verb.DELETE)) {
                await(barrier);
            }
            put[0] = puts;
            return Optional.empty();
        });
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** How many of the two were refused, when the second comes before call {@code at} of the first. */
    private int race(Change first, Change second, int at) throws InterruptedException {
        List<VaultFault> refused = new ArrayList<>();
        int[] calls = {0};
        FaultyStore between = new FaultyStore(ring.store, call -> {
            calls[0]++;
            if (calls[0] == at) {
                attempt(() -> {
                    try (KeyRing other = ring.open(1)) {
                        second.run(other);
                    }
                }, refused);
            }
            return Optional.empty();
        });
        attempt(() -> {
            try (KeyRing owner = ring.with(between).open(1)) {
                first.run(owner);
            }
        }, refused);
        assertThat(refused).as("at most one loses").hasSizeLessThanOrEqualTo(1);
        try (KeyRing owner = ring.open(1)) {
            assertThat(owner.chain().current().epoch()).as("call " + at).isEqualTo(owner.charter().newestEpoch());
            assertThat(owner.charter().sequence()).isEqualTo(ring.keys(Kind.CHARTER).size());
            for (Charter.Member member : owner.charter().activeSlots()) {
                assertHasAllGrants(owner, member.slot());
            }
        }
        return refused.size();
    }

    /** A change may leave a slot without a grant of an epoch that began meanwhile only if it was refused. */
    private void assertHasAllGrants(KeyRing owner, Digest slot) throws InterruptedException {
        int key = slot.equals(owner.slot().digest()) ? 1 : 3;
        try (KeyRing opened = ring.open(key)) {
            assertThat(opened.chain().current().epoch()).isEqualTo(owner.chain().current().epoch());
        }
    }

    private int callsOf(Change change) throws InterruptedException {
        FaultyStore counted = new FaultyStore(ring.store, FaultyStore.nothing());
        try (KeyRing owner = ring.with(counted).open(1)) {
            change.run(owner);
        }
        assertThat(counted.calls()).extracting(FaultyStore.Call::verb).contains(Verb.LIST);
        return counted.calls().size();
    }

    @FunctionalInterface
    private interface Interruptible {
        void run() throws InterruptedException;
    }

    private static void attempt(Interruptible action, List<VaultFault> refused) {
        try {
            action.run();
        } catch (VaultFault e) {
            refused.add(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
