// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.Key;
import dev.muster.store.StoreException;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The process ends, or the store fails, at every call that either half of gc makes. */
class CollectCrashTest {

    private static final int BLOCK = Yard.BLOCK;

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final SourceTree removed = new SourceTree().file("a", 9 * BLOCK, 1);
    private final SourceTree kept = new SourceTree().file("a", 5 * BLOCK, 3).file("b", 10, 4);
    private int finished;

    @ParameterizedTest
    @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER", "FLIPPED_READ", "PARTIAL_LIST"})
    void theNextRunFinishesWhatOneBegan(Fault fault) throws Exception {
        Yard begun = new Yard(state.resolve("begun"));
        SnapshotHead first = begun.capture(removed);
        begun.capture(kept);
        begun.remove(first);
        Map<Key, byte[]> before = Stores.picture(begun.store);
        begun.gc();
        Map<Key, byte[]> condemned = Stores.picture(begun.store);
        begun.clock.advance(Yard.GRACE_OVER);
        begun.gc();
        Set<Key> left = new HashSet<>(begun.packs());
        int runs = everyCall(fault, before, false, left) + everyCall(fault, condemned, true, left);
        assertThat(runs).as("runs that met the fault").isGreaterThan(8);
    }

    private int everyCall(Fault fault, Map<Key, byte[]> picture, boolean ripe, Set<Key> left) throws Exception {
        int met = 0;
        for (int number = 1;; number++) {
            Yard yard = new Yard(state.resolve("yard"), clock, Stores.of(picture, clock));
            clock.advance(ripe ? Yard.GRACE_OVER : Yard.A_WHILE);
            AtomicInteger opened = new AtomicInteger(Integer.MAX_VALUE / 2);
            AtomicInteger here = new AtomicInteger();
            int wanted = number;
            FaultyStore faulty = new FaultyStore(yard.store, call -> {
                boolean isWanted = call.number() == opened.get() + wanted && fault.appliesTo(call.verb());
                here.addAndGet(isWanted ? 1 : 0);
                return isWanted ? Optional.of(fault) : Optional.empty();
            });
            Vault vault = TestVault.open(faulty, state.resolve("faulty"), clock);
            opened.set(faulty.calls().size());
            try {
                Yard.gc(vault);
            } catch (FaultyStore.Crashed | VaultFault | StoreException _) {
                // The next run goes on.
            }
            boolean ended = faulty.calls().size() - opened.get() < number;
            if (here.get() > 0 || ended) {
                assertNextFinishes(yard, left, fault + " at call " + number + (ripe ? " of a sweep" : ""));
            }
            met += here.get();
            if (ended) {
                return met;
            }
        }
    }

    private void assertNextFinishes(Yard yard, Set<Key> left, String what) throws Exception {
        assertThat(yard.read(yard.owner.snapshots().getFirst())).as(what).isEqualTo(kept);
        yard.clock.advance(Yard.A_WHILE);
        yard.collect();
        yard.collect();
        assertThat(yard.packs()).as(what).hasSameElementsAs(left);
        assertThat(yard.named()).as(what).isEqualTo(left);
        assertThat(yard.keys(Kind.CONDEMNED)).as(what).isEmpty();
        assertThat(yard.keys(Kind.SNAPSHOT)).as(what).hasSize(1);
        if (finished++ % 4 == 0) {
            yard.assertSound(what);
        }
    }
}
