// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.Around;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A copy is made while the original lives, and may end anywhere. */
class CopyMeanwhileTest {

    private static final int HISTORIES = 24;
    private static final long SEED = 20261121;

    @TempDir
    private Path state;

    /** A machine that stops before a put. */
    private static final class Stops extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aCopyThatEndsBeforeAnyOfItsPutsIsReadableAndGoesOn() throws Exception {
        Pair pair = new Pair(state);
        pair.capture();
        pair.stream(Pair.SEGMENT / 4);
        pair.capture();
        AtomicInteger puts = new AtomicInteger();
        Pair.copy(pair.original, stopping(new MemoryStore(pair.clock), puts, Integer.MAX_VALUE));
        int all = puts.get();
        assertThat(all).isGreaterThan(10);
        for (int stop = 1; stop <= all; stop++) {
            MemoryStore copy = new MemoryStore(pair.clock);
            Store stopping = stopping(copy, new AtomicInteger(), stop);
            assertThatThrownBy(() -> Pair.copy(pair.original, stopping)).isInstanceOf(Stops.class);
            try {
                pair.readAll(copy);
            } catch (VaultFault.NoRepository | VaultFault.WrongKey e) {
                assertThat(stop).as("before its keys are there").isLessThan(6);
            }
            Pair.copy(pair.original, copy);
            assertThat(pair.readAll(copy)).hasSize(2);
        }
    }

    private static Store stopping(Store copy, AtomicInteger puts, int stop) {
        return new Around(copy) {
            @Override
            public BlobInfo put(Key key, Content content) throws InterruptedException {
                if (puts.incrementAndGet() >= stop) {
                    throw new Stops();
                }
                return super.put(key, content);
            }
        };
    }

    @Test
    void aCopyOfWhatIsWrittenAndCollectedMeanwhileIsAStateThatCanBeRead() throws Exception {
        for (int history = 0; history < HISTORIES; history++) {
            long seed = SEED + history;
            Path folder = state.resolve("history" + history);
            try {
                play(new Pair(folder), new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aSnapshotThatIsCommittedAfterItsPacksWereListedWaitsForTheNextRun() throws Exception {
        Pair pair = new Pair(state);
        pair.capture();
        pair.capture();
        Pair.copy(once(pair, Kind.ROLL, pair::capture), pair.copy);
        assertThat(pair.readAll(pair.copy)).hasSize(2);
        pair.assertSound(pair.copy, "without the third");
        pair.copy();
        assertThat(pair.readAll(pair.copy)).hasSize(3);
    }

    @Test
    void anIndexObjectThatComesAfterItsPacksWereListedWaitsForTheNextRun() throws Exception {
        Pair pair = new Pair(state);
        pair.capture();
        Pair.copy(once(pair, Kind.INDEX, pair::capture), pair.copy);
        pair.assertSound(pair.copy, "an index names nothing that is not there");
        pair.copy();
        assertThat(pair.readAll(pair.copy)).hasSize(2);
        pair.assertSound(pair.copy, "and then both");
    }

    @Test
    void aSnapshotThatGoesAfterItWasListedIsNotMissedAtTheCopy() throws Exception {
        Pair pair = new Pair(state);
        pair.capture();
        pair.capture();
        pair.capture();
        pair.capture();
        Pair.copy(once(pair, Kind.CHARTER, () -> {
            pair.removeOldest();
            pair.collect();
        }), pair.copy);
        assertThat(pair.readAll(pair.copy)).hasSize(3);
        pair.assertSound(pair.copy, "without the first");
    }

    @Test
    void whatIsListedAndCanNeverBeReadIsSaidAndDoesNotStopTheCopy() throws Exception {
        Pair pair = new Pair(state);
        pair.capture();
        Key lost = Pair.keys(pair.original, Kind.MAP).getFirst();
        CopyReport report = Pair.copy(new Around(pair.original) {
            @Override
            public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
                return super.get(key.equals(lost) ? Key.of("map/gone") : key, range, reading);
            }
        }, pair.copy);
        assertThat(report.isWhole()).isFalse();
        assertThat(report.findings()).singleElement()
                .satisfies(finding -> assertThat(finding.key()).isEqualTo(lost.value()));
        assertThat(pair.open(pair.copy).snapshots()).hasSize(1);
    }

    /** The original, to which this happens when the listing of everything comes to a kind: a store lists page by page. */
    private static Store once(Pair pair, Kind kind, Meanwhile what) {
        AtomicBoolean happened = new AtomicBoolean();
        return new Around(pair.original) {
            @Override
            public void list(Prefix prefix, Each each) throws InterruptedException {
                if (!prefix.equals(Prefix.everything())) {
                    super.list(prefix, each);
                    return;
                }
                for (Kind page : Arrays.stream(Kind.values()).sorted(Comparator.comparing(Kind::prefix)).toList()) {
                    if (page == kind && !happened.getAndSet(true)) {
                        Meanwhile.run(what);
                    }
                    super.list(Prefix.of(page.prefix() + "/"), each);
                }
            }
        };
    }

    private static void play(Pair pair, Random random) throws Exception {
        for (int i = 0; i < 4; i++) {
            something(pair, random);
        }
        pair.capture();
        for (int run = 0; run < 3; run++) {
            Store living = living(pair, random);
            CopyReport report;
            try {
                report = Pair.copy(living, pair.copy);
            } catch (VaultFault.Restless e) {
                continue;
            }
            assertThat(report.findings()).isEmpty();
            assertThat(pair.readAll(pair.copy)).isNotEmpty();
            pair.assertSound(pair.copy, "run " + run);
        }
        Pair.copy(pair.original, pair.copy);
        assertThat(pair.readAll(pair.copy)).hasSameSizeAs(pair.owner.snapshots());
        pair.assertSound(pair.copy, "at rest");
    }

    /** The original, to which something happens at some of the calls of the copy: before it, or in the middle of a listing. */
    private static Store living(Pair pair, Random random) {
        return new Around(pair.original) {

            @Override
            public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
                perhaps(30);
                return super.get(key, range, reading);
            }

            @Override
            public void list(Prefix prefix, Each each) throws InterruptedException {
                perhaps(12);
                super.list(prefix, blob -> {
                    perhaps(60);
                    each.accept(blob);
                });
            }

            private synchronized void perhaps(int oneIn) {
                if (random.nextInt(oneIn) == 0) {
                    Meanwhile.run(() -> something(pair, random));
                }
            }
        };
    }

    private static void something(Pair pair, Random random) throws InterruptedException {
        switch (random.nextInt(8)) {
            case 0, 1 -> pair.capture();
            case 2, 3 -> pair.stream(1 + random.nextInt(Pair.SEGMENT / 2));
            case 4 -> pair.fold();
            case 5 -> pair.removeOldest();
            case 6 -> pair.collect();
            default -> keys(pair, random);
        }
    }

    private static void keys(Pair pair, Random random) throws InterruptedException {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        pair.owner.refresh();
        if (random.nextBoolean()) {
            try (KeySource key = KeySource.raw(bytes)) {
                pair.owner.keys().add(key, Role.RESTORE, "another");
            }
        } else {
            var added = pair.owner.keys().slots().stream().filter(slot -> slot.role() == Role.RESTORE
                    && slot.retired().isEmpty()).findFirst();
            if (added.isPresent()) {
                pair.owner.keys().remove(added.get().digest());
            }
        }
        pair.owner.refresh();
    }
}
