// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.RetryingStore.Patience;
import dev.muster.store.memory.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Over a store of which every third call fails it keeps the whole contract, and it tries again only when it may. */
class RetryingStoreTest extends StoreConformance {

    private static final Key KEY = Key.of("data/1");
    private static final byte[] BYTES = bytes(1, 1_000);
    private static final Patience PATIENCE = new Patience(5, Duration.ofMillis(100), Duration.ofMillis(500));

    private final Store inner = memory();
    private final List<Duration> waits = new ArrayList<>();

    private static Store memory() {
        return new MemoryStore(InstantSource.fixed(Instant.EPOCH));
    }

    @Override
    protected Store newStore() {
        var script = FaultyStore.seeded(1, 0.33, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.SHORT_READ,
                Fault.PARTIAL_LIST);
        var persistent = new Patience(60, Duration.ZERO, Duration.ZERO);
        return new RetryingStore(new FaultyStore(memory(), script), persistent, new Random(1), _ -> {
        });
    }

    /** One whose first so many calls fail in this way. */
    private RetryingStore afterFailures(int failures, Fault fault) {
        var faulty = new FaultyStore(inner,
                call -> call.number() <= failures ? Optional.of(fault) : Optional.empty());
        return new RetryingStore(faulty, PATIENCE, new Random(7), waits::add);
    }

    @Test
    void aFailureThatMayPassIsTriedAgain() throws Exception {
        for (var fault : List.of(Fault.ERROR_BEFORE, Fault.ERROR_AFTER)) {
            afterFailures(4, fault).put(KEY, Content.of(BYTES));
            assertThat(inner.read(KEY, Range.whole())).isEqualTo(BYTES);
            inner.delete(KEY);
        }
    }

    @Test
    void theAttemptsAreBounded() {
        var faulty = new FaultyStore(inner, _ -> Optional.of(Fault.ERROR_BEFORE));
        var retrying = new RetryingStore(faulty, PATIENCE, new Random(7), waits::add);

        assertThatThrownBy(() -> retrying.put(KEY, Content.of(BYTES))).isInstanceOf(StoreException.Transient.class);
        assertThat(faulty.calls()).hasSize(5);
        assertThat(waits).hasSize(4);
    }

    @Test
    void theWaitsDoubleUpToALimitAndAreShortenedByTheSeed() throws Exception {
        afterFailures(4, Fault.ERROR_BEFORE).now();
        var first = List.copyOf(waits);
        waits.clear();
        afterFailures(4, Fault.ERROR_BEFORE).now();

        assertThat(waits).isEqualTo(first);
        var longest = List.of(100, 200, 400, 500);
        for (var i = 0; i < 4; i++) {
            assertThat(first.get(i)).isBetween(Duration.ofMillis(longest.get(i) / 2),
                    Duration.ofMillis(longest.get(i)));
        }
        assertThat(PATIENCE.waitAfter(1_000)).isEqualTo(Duration.ofMillis(500));
        assertThat(Patience.STANDARD.waitAfter(8)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void whatWillNotPassIsNotTriedAgain() {
        var faulty = new FaultyStore(inner, FaultyStore.nothing());
        var retrying = new RetryingStore(faulty, PATIENCE, new Random(7), waits::add);

        assertThatThrownBy(() -> retrying.read(KEY, Range.whole())).isInstanceOf(StoreException.NotFound.class);
        assertThat(faulty.calls()).hasSize(1);
        assertThat(waits).isEmpty();
    }

    @Test
    void aReadThatBreaksOffBeginsAgain() throws Exception {
        inner.put(KEY, Content.of(BYTES));
        var readings = new AtomicInteger();

        var read = afterFailures(2, Fault.SHORT_READ).get(KEY, Range.of(100, 800), (stream, length) -> {
            readings.incrementAndGet();
            return stream.readNBytes((int) length);
        });

        assertThat(read).isEqualTo(Arrays.copyOfRange(BYTES, 100, 900));
        assertThat(readings).hasValue(3);
    }

    @Test
    void aListingThatBreaksOffGoesOnWhereItWas() throws Exception {
        var expected = new ArrayList<String>();
        for (var i = 0; i < 10; i++) {
            expected.add("data/" + i);
            inner.put(Key.of("data/" + i), Content.of(BYTES));
        }
        var seen = new ArrayList<String>();

        afterFailures(2, Fault.PARTIAL_LIST).list(Prefix.everything(), blob -> seen.add(blob.key().value()));

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void theFailureOfAnotherStoreWithinAReadingIsNotRepeated() throws Exception {
        inner.put(KEY, Content.of(BYTES));
        var faulty = new FaultyStore(inner, FaultyStore.nothing());
        var retrying = new RetryingStore(faulty, PATIENCE, new Random(7), waits::add);
        var others = StoreException.Transient.of("another store", new IOException("reset"));

        assertThatThrownBy(() -> retrying.get(KEY, Range.whole(), (_, _) -> {
            throw others;
        })).isSameAs(others);
        assertThatThrownBy(() -> retrying.list(Prefix.everything(), _ -> {
            throw others;
        })).isSameAs(others);
        assertThat(faulty.calls()).hasSize(2);
        assertThat(waits).isEmpty();
    }

    @Test
    void aWaitCanBeInterrupted() {
        var faulty = new FaultyStore(inner, _ -> Optional.of(Fault.ERROR_BEFORE));
        var retrying = new RetryingStore(faulty, PATIENCE, new Random(7), _ -> {
            throw new InterruptedException("stop");
        });

        assertThatThrownBy(() -> retrying.now()).isInstanceOf(InterruptedException.class).hasMessage("stop");
        assertThat(faulty.calls()).hasSize(1);
    }

    @Test
    void impossiblePatienceIsRefused() {
        assertThatThrownBy(() -> new Patience(0, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Patience(2, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Patience(2, Duration.ofSeconds(-1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
