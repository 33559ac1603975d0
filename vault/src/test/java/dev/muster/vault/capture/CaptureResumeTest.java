// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.Around;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.work.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A capture that is cut off at any of its packs is carried on: what it had uploaded is not uploaded again. */
class CaptureResumeTest {

    private static final int PACK = TestVault.SMALL.packBytes();
    private static final int PACKS = 11;
    /** What a pack has beside its frames, and a block that did not fit. */
    private static final int SLACK = 64 << 10;

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final SourceTree tree = new SourceTree().file("a", 3 * PACK, 1).file("b", 5 * PACK, 2);

    /** Puts a pack of data only when the index objects are put that were due before. */
    private static final class Orderly extends Around {

        private final ReentrantLock order = new ReentrantLock();
        private final AtomicLong durable = new AtomicLong();
        private volatile long listed;

        Orderly(Store inner) {
            super(inner);
        }

        @Override
        public BlobInfo put(Key key, Content content) throws InterruptedException {
            if (isData(key.value())) {
                return putData(key, content);
            }
            long before = durable.get();
            BlobInfo put = super.put(key, content);
            if (key.value().startsWith(Kind.INDEX.prefix() + "/")) {
                listed = before;
            }
            return put;
        }

        private boolean isListed() {
            return durable.get() < PACK / 4 || 2 * listed >= durable.get();
        }

        private BlobInfo putData(Key key, Content content) throws InterruptedException {
            order.lockInterruptibly();
            try {
                var wait = new Wait(System::nanoTime, Duration.ofMillis(1));
                if (!wait.until(this::isListed, Duration.ofSeconds(60))) {
                    throw new IllegalStateException(listed + " of " + durable + " bytes are listed");
                }
                BlobInfo put = super.put(key, content);
                durable.addAndGet(put.length());
                return put;
            } finally {
                order.unlock();
            }
        }
    }

    private static boolean isData(String key) {
        return key.startsWith(Kind.DATA.prefix() + "/");
    }

    /** Something goes wrong with the pack of data of this number. */
    private static FaultyStore.Script atPack(int number, Fault fault) {
        AtomicInteger packs = new AtomicInteger();
        return call -> call.verb() == Verb.PUT && isData(call.subject()) && packs.incrementAndGet() == number
                ? Optional.of(fault)
                : Optional.empty();
    }

    private static long dataBytes(Vault vault) throws InterruptedException {
        return vault.stats().of(Kind.DATA).bytes();
    }

    private static long indexObjects(Vault vault) throws InterruptedException {
        return vault.stats().of(Kind.INDEX).objects();
    }

    private long wholeBytes() throws InterruptedException {
        try (Vault vault = TestVault.create(new MemoryStore(clock), state.resolve("whole"), clock)) {
            TestVault.capture(vault, tree);
            assertThat(vault.stats().of(Kind.DATA).objects()).isEqualTo(PACKS);
            return dataBytes(vault);
        }
    }

    /** Captures again, on another host; returns the bytes of packs that were put. */
    private long carryOn(Store store, String host) throws InterruptedException {
        try (Vault vault = TestVault.open(store, state.resolve(host), clock)) {
            long before = dataBytes(vault);
            SnapshotHead head = TestVault.capture(vault, tree);
            assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
            return dataBytes(vault) - before;
        }
    }

    @Test
    void whereverTheProcessDiesHalfOfWhatWasUploadedAtLeastIsUsed() throws Exception {
        long whole = wholeBytes();
        for (int pack = 1; pack <= PACKS; pack++) {
            MemoryStore store = new MemoryStore(clock);
            TestVault.create(store, state.resolve("create-" + pack), clock).close();
            Orderly orderly = new Orderly(new FaultyStore(store, atPack(pack, Fault.CRASH_BEFORE)));
            try (Vault vault = TestVault.open(orderly, state.resolve("dies-" + pack), clock)) {
                assertThatThrownBy(() -> TestVault.capture(vault, tree)).isInstanceOf(FaultyStore.Crashed.class);
            }
            long again = carryOn(store, "next-" + pack);
            long uploaded = orderly.durable.get();
            long used = uploaded < PACK / 4 ? 0 : uploaded / 2;
            assertThat(again).as("bytes of %d, pack %d", whole, pack).isLessThanOrEqualTo(whole - used + SLACK)
                    .isLessThanOrEqualTo(whole - orderly.listed + SLACK);
        }
    }

    @Test
    void whateverEndsASessionButNotItsProcessAllThatWasUploadedIsUsed() throws Exception {
        long whole = wholeBytes();
        for (int pack = 1; pack <= PACKS; pack++) {
            MemoryStore store = new MemoryStore(clock);
            TestVault.create(store, state.resolve("create-" + pack), clock).close();
            FaultyStore faulty = new FaultyStore(store, atPack(pack, Fault.ERROR_BEFORE));
            long uploaded;
            try (Vault vault = TestVault.open(faulty, state.resolve("fails-" + pack), clock)) {
                assertThatThrownBy(() -> TestVault.capture(vault, tree)).isInstanceOf(StoreException.class);
                uploaded = dataBytes(vault);
            }
            assertThat(carryOn(store, "next-" + pack)).as("bytes of %d, pack %d", whole, pack)
                    .isLessThanOrEqualTo(whole - uploaded + SLACK);
        }
    }

    @Test
    void aSessionThatIsToldToStopListsWhatItUploaded() throws Exception {
        MemoryStore store = new MemoryStore(clock);
        long uploaded;
        try (Vault vault = TestVault.create(store, state, clock)) {
            try (CaptureSession session = vault.capture(TestVault.request())) {
                SourceTree.write(session, "a", tree.get("a"));
                Wait wait = new Wait(System::nanoTime);
                assertThat(wait.until(() -> session.progress().packsPut() == 5, Duration.ofSeconds(60))).isTrue();
                Thread.currentThread().interrupt();
            }
            assertThat(Thread.interrupted()).as("it is still interrupted").isTrue();
            uploaded = dataBytes(vault);
            assertThat(uploaded).isGreaterThan(5L * PACK / 2);
        }
        assertThat(carryOn(store, "next")).isLessThanOrEqualTo(wholeBytes() - uploaded + SLACK);
    }

    @Test
    void aPackThatHasWaitedIsListedThoughNothingElseHappens() throws Exception {
        try (Vault vault = TestVault.create(new MemoryStore(clock), state, clock);
                CaptureSession session = vault.capture(TestVault.request())) {
            SourceTree.write(session, "small", SourceTree.noise(PACK / 5, 3));
            Wait wait = new Wait(System::nanoTime);
            assertThat(wait.until(() -> session.progress().packsPut() == 1, Duration.ofSeconds(60))).isTrue();
            assertThat(indexObjects(vault)).isZero();
            clock.advance(Unlisted.PATIENCE);
            assertThat(wait.until(() -> indexObjects(vault) == 1, Duration.ofSeconds(60))).isTrue();
        }
    }

    @Test
    void anOrdinaryCapturePutsFewIndexObjects() throws Exception {
        try (Vault vault = TestVault.create(new MemoryStore(clock), state, clock)) {
            TestVault.capture(vault, new SourceTree().file("a", 32 * PACK, 4));
            assertThat(indexObjects(vault)).as("of data and of maps, for 32 packs").isBetween(4L, 10L);
            long before = indexObjects(vault);
            TestVault.capture(vault, new SourceTree().file("a", 32 * PACK, 4).file("b", PACK / 5, 5));
            assertThat(indexObjects(vault) - before).as("for little that is new").isEqualTo(2);
        }
    }

    @Test
    void aStoreThatIsGoneDoesNotHideWhyASessionEnded() throws Exception {
        MemoryStore store = new MemoryStore(clock);
        TestVault.create(store, state.resolve("create"), clock).close();
        Store gone = new Around(store) {
            @Override
            public BlobInfo put(Key key, Content content) throws InterruptedException {
                if (key.value().startsWith(Kind.INDEX.prefix() + "/")) {
                    throw StoreException.Denied.of(key.value(), new IllegalStateException("gone"));
                }
                return super.put(key, content);
            }
        };
        try (Vault vault = TestVault.open(gone, state.resolve("here"), clock);
                CaptureSession session = vault.capture(TestVault.request())) {
            SourceTree.write(session, "small", SourceTree.noise(PACK / 5, 3));
            assertThat(new Wait(System::nanoTime).until(() -> session.progress().packsPut() == 1,
                    Duration.ofSeconds(60))).isTrue();
            session.fail(new VaultFault.NotCommitted("the server went away", "the source"));
            assertThatThrownBy(() -> session.commit(TestVault.draft())).hasMessageContaining("went away");
        }
    }
}
