// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.FaultyStore.Crashed;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Without faults it is a store like another, and each fault is what its name says. */
class FaultyStoreTest extends StoreConformance {

    private static final Key KEY = Key.of("data/1");
    private static final byte[] BYTES = bytes(1, 1_000);

    private final Store inner = memory();

    private static Store memory() {
        return new MemoryStore(InstantSource.fixed(Instant.EPOCH));
    }

    @Override
    protected Store newStore() {
        return new FaultyStore(memory(), FaultyStore.nothing());
    }

    private FaultyStore at(int number, Fault fault) {
        return new FaultyStore(inner, FaultyStore.at(number, fault));
    }

    @Test
    void anErrorBeforeHasDoneNothing() throws Exception {
        var faulty = at(1, Fault.ERROR_BEFORE);

        assertThatThrownBy(() -> faulty.put(KEY, Content.of(BYTES))).isInstanceOf(StoreException.Transient.class);
        assertThat(inner.stat(KEY)).isEmpty();
        faulty.put(KEY, Content.of(BYTES));
    }

    @Test
    void anErrorAfterHasDoneEverything() throws Exception {
        var faulty = at(1, Fault.ERROR_AFTER);

        assertThatThrownBy(() -> faulty.put(KEY, Content.of(BYTES))).isInstanceOf(StoreException.Transient.class);
        assertThat(inner.read(KEY, Range.whole())).isEqualTo(BYTES);
    }

    @Test
    void aTornPutLeavesHalf() throws Exception {
        assertThatThrownBy(() -> at(1, Fault.TORN_PUT).put(KEY, Content.of(BYTES)))
                .isInstanceOf(StoreException.Transient.class);
        assertThat(inner.read(KEY, Range.whole())).hasSize(500).containsExactly(Arrays.copyOf(BYTES, 500));
    }

    @Test
    void aShortReadSaysSo() throws Exception {
        inner.put(KEY, Content.of(BYTES));
        var read = new ArrayList<byte[]>();

        assertThatThrownBy(() -> at(1, Fault.SHORT_READ).get(KEY, Range.whole(), (stream, _) -> {
            read.add(stream.readNBytes(500));
            return stream.read();
        })).isInstanceOf(StoreException.Transient.class);
        assertThat(read.getFirst()).containsExactly(Arrays.copyOf(BYTES, 500));
    }

    @Test
    void aFlippedReadIsOffByOneBit() throws Exception {
        inner.put(KEY, Content.of(BYTES));
        var expected = BYTES.clone();
        expected[500] ^= 0x10;

        assertThat(at(1, Fault.FLIPPED_READ).read(KEY, Range.whole())).isEqualTo(expected);
    }

    @Test
    void aPartialListFailsAfterAFew() throws Exception {
        for (var i = 0; i < 5; i++) {
            inner.put(Key.of("data/" + i), Content.of(BYTES));
        }
        var seen = new ArrayList<String>();

        assertThatThrownBy(() -> at(1, Fault.PARTIAL_LIST).list(Prefix.everything(),
                blob -> seen.add(blob.key().value()))).isInstanceOf(StoreException.Transient.class);
        assertThat(seen).containsExactly("data/0", "data/1", "data/2");
        assertThatThrownBy(() -> at(1, Fault.PARTIAL_LIST).list(Prefix.of("wal/"), _ -> {
        })).isInstanceOf(StoreException.Transient.class);
    }

    @Test
    void aSlowCallWaitsAndSucceeds() throws Exception {
        var waits = new ArrayList<Duration>();
        var faulty = new FaultyStore(inner, FaultyStore.at(2, Fault.SLOW), waits::add);

        faulty.put(KEY, Content.of(BYTES));
        assertThat(waits).isEmpty();
        assertThat(faulty.read(KEY, Range.whole())).isEqualTo(BYTES);
        assertThat(waits).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void nothingWorksAfterACrash(Fault fault) throws Exception {
        var faulty = at(2, fault);
        faulty.now();

        assertThatThrownBy(() -> faulty.put(KEY, Content.of(BYTES))).isInstanceOf(Crashed.class);
        assertThat(inner.stat(KEY).isPresent()).isEqualTo(fault == Fault.CRASH_AFTER);
        assertThatThrownBy(() -> faulty.stat(KEY)).isInstanceOf(Crashed.class);
        assertThatThrownBy(() -> faulty.delete(KEY)).isInstanceOf(Crashed.class);
        assertThat(inner.stat(KEY).isPresent()).isEqualTo(fault == Fault.CRASH_AFTER);
    }

    @Test
    void everyCallCanBeInjectedWithEveryFaultThatAppliesToIt() throws Exception {
        var plain = new FaultyStore(memory(), FaultyStore.nothing());
        plain.put(KEY, Content.of(BYTES));
        plain.read(KEY, Range.whole());
        plain.list(Prefix.of("data/"), _ -> {
        });

        assertThat(plain.calls()).containsExactly(new FaultyStore.Call(1, Verb.PUT, "data/1"),
                new FaultyStore.Call(2, Verb.GET, "data/1"), new FaultyStore.Call(3, Verb.LIST, "data/"));
        assertThat(plain.injections()).hasSize(3 * 5 + 1 + 2 + 1);
        for (var injection : plain.injections()) {
            var faulty = new FaultyStore(memory(), FaultyStore.at(injection.call().number(), injection.fault()));
            assertThat(isNoticed(faulty)).as(injection.toString()).isEqualTo(injection.fault() != Fault.SLOW);
        }
    }

    private static boolean isNoticed(FaultyStore faulty) throws InterruptedException {
        try {
            faulty.put(KEY, Content.of(BYTES));
            var same = Arrays.equals(faulty.read(KEY, Range.whole()), BYTES);
            faulty.list(Prefix.of("data/"), _ -> {
            });
            return !same;
        } catch (StoreException | Crashed _) {
            return true;
        }
    }

    @Test
    void oneSeedAlwaysInjectsTheSame() {
        for (var seed = 0; seed < 20; seed++) {
            assertThat(faults(seed)).as("seed %d", seed).isEqualTo(faults(seed));
        }
        assertThat(faults(1)).isNotEqualTo(faults(2));
        assertThat(faults(3).stream().filter(fault -> !fault.isEmpty()).count()).isBetween(150L, 350L);
    }

    private static List<String> faults(long seed) {
        var script = FaultyStore.seeded(seed, 0.25, Fault.ERROR_BEFORE, Fault.ERROR_AFTER);
        var faults = new ArrayList<String>();
        for (var i = 0; i < 1_000; i++) {
            faults.add(script.fault(new FaultyStore.Call(i, Verb.PUT, "data/" + i % 10)).map(Fault::name).orElse(""));
        }
        return faults;
    }
}
