// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.PowerCutDisk;
import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.file.FileStore;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The process ends, or the power, at every call of the store and every operation of the disk that a capture makes. */
class CaptureCrashTest {

    private static final int BLOCK = TestVault.SMALL.blockBytes();

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final SourceTree first = new SourceTree().file("a/one", 9 * BLOCK, 1).file("b", 100, 2);
    private final SourceTree second = first.copy().file("a/two", 300 * BLOCK + 5, 3).file("c", 10_000, 4).remove("b");
    private int runs;

    @ParameterizedTest
    @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void theEndOfTheProcessAtAnyCallLeavesWholeSnapshotsAndWorkForTheNextCapture(Fault fault) throws Exception {
        MemoryStore begun = new MemoryStore(clock);
        TestVault.capture(TestVault.create(begun, state.resolve("begun"), clock), first);
        Map<Key, byte[]> picture = Stores.picture(begun);
        int adopted = 0;
        boolean ended = false;
        for (int number = 1; !ended; number++) {
            MemoryStore store = Stores.of(picture, clock);
            FaultyStore faulty = new FaultyStore(store, FaultyStore.at(number, fault));
            SnapshotHead committed = capture(faulty, state.resolve(fault + "-" + number));
            ended = faulty.calls().size() < number;
            assertThat(committed != null).as("call %d", number).isEqualTo(ended || committed != null);
            adopted += assertWholeAndUsable(store, committed, "call " + number);
        }
        assertThat(runs).isGreaterThan(40);
        assertThat(adopted).as("runs whose uploads were all adopted").isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR_BEFORE", "ERROR_AFTER", "SHORT_READ", "FLIPPED_READ", "PARTIAL_LIST", "TORN_PUT"})
    void anErrorAtAnyCallEndsInAFaultOrASnapshotThatIsWhole(Fault fault) throws Exception {
        MemoryStore begun = new MemoryStore(clock);
        TestVault.capture(TestVault.create(begun, state.resolve("begun"), clock), first);
        Map<Key, byte[]> picture = Stores.picture(begun);
        boolean ended = false;
        for (int number = 1; !ended; number++) {
            MemoryStore store = Stores.of(picture, clock);
            FaultyStore faulty = new FaultyStore(store, FaultyStore.at(number, fault));
            SnapshotHead committed = capture(faulty, state.resolve(fault + "-" + number));
            ended = faulty.calls().size() < number;
            if (fault == Fault.TORN_PUT) {
                removeTorn(store, faulty, number);
            }
            assertWholeAndUsable(store, committed, fault + " at call " + number);
        }
        assertThat(runs).isGreaterThan(30);
    }

    @Test
    void aPowerCutAtAnyOperationOfTheDiskTakesNothingThatWasReported() throws Exception {
        long seed = 17;
        int steps = powerCutRun(seed, Integer.MAX_VALUE);
        for (int number = 1; number <= steps; number++) {
            powerCutRun(seed, number);
        }
        System.out.println("power cuts in a capture: " + steps + " operations, seed " + seed);
        assertThat(steps).isGreaterThan(200);
    }

    /** A capture, cut at one operation; returns how many operations there were. */
    private int powerCutRun(long seed, int number) throws Exception {
        PowerCutDisk disk = new PowerCutDisk(seed * 1_000_003 + number, clock);
        Path place = state.resolve("cut-" + number);
        List<SnapshotHead> reported = new ArrayList<>();
        try (Vault vault = TestVault.create(FileStore.create(disk, new Random(seed)), place, clock)) {
            reported.add(TestVault.capture(vault, first));
        }
        InterceptedDisk process = new InterceptedDisk(disk, InterceptedDisk.stoppingAt(number));
        try (Vault vault = TestVault.open(FileStore.open(process, new Random(seed)), place, clock)) {
            reported.add(TestVault.capture(vault, second));
        } catch (InterceptedDisk.Stopped _) {
            // the power is off
        }
        Store remains = FileStore.open(disk.cut(), new Random(seed + 1));
        try (Vault vault = TestVault.open(remains, place, clock)) {
            assertThat(vault.snapshots()).as("cut at %d", number).containsAll(reported);
            List<SnapshotHead> there = vault.snapshots().reversed();
            for (int at = 0; at < there.size(); at++) {
                assertThat(SourceTree.read(vault.read(there.get(at)))).isEqualTo(at == 0 ? first : second);
            }
            SnapshotHead next = TestVault.capture(vault, second);
            assertThat(SourceTree.read(vault.read(next))).isEqualTo(second);
        }
        return process.steps();
    }

    /** Captures the second tree; null if that fails. */
    private @Nullable SnapshotHead capture(Store store, Path place) throws InterruptedException {
        runs++;
        try (Vault vault = TestVault.open(store, place, clock)) {
            return TestVault.capture(vault, second);
        } catch (FaultyStore.Crashed | VaultFault | StoreException _) {
            return null;
        }
    }

    /** Returns 1 if the next capture had nothing to upload although this one was not committed. */
    private int assertWholeAndUsable(Store store, @Nullable SnapshotHead committed, String what)
            throws InterruptedException {
        Vault vault = TestVault.open(store, state.resolve("after"), clock);
        List<SnapshotHead> there = vault.snapshots();
        if (committed != null) {
            assertThat(there).as(what).contains(committed);
            assertThat(vault.roll().read().isPresent(committed.id())).as(what).isTrue();
        }
        assertThat(there.size()).as(what).isBetween(1, 2);
        for (SnapshotHead head : there) {
            SourceTree read = SourceTree.read(vault.read(head));
            assertThat(read).as(what).isEqualTo(head.equals(there.getLast()) ? first : second);
        }
        SnapshotHead next = TestVault.capture(vault, second);
        assertThat(SourceTree.read(vault.read(next))).as(what).isEqualTo(second);
        assertThat(vault.catalog().unjournaled()).as(what).isEmpty();
        vault.close();
        return there.size() == 1 && next.body().counts().newFrameBytes() == 0 ? 1 : 0;
    }

    /** What no store does and only a copy made by hand can have: it must be taken away before the next put of the key. */
    private static void removeTorn(Store store, FaultyStore faulty, int number) throws InterruptedException {
        for (FaultyStore.Call call : faulty.calls()) {
            if (call.number() == number && call.verb() == Verb.PUT) {
                store.delete(Key.of(call.subject()));
            }
        }
    }
}
