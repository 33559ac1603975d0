// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.MeteredStore.Count;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MeteredStoreTest extends StoreConformance {

    @Override
    protected Store newStore() {
        return new MeteredStore(new MemoryStore(InstantSource.fixed(Instant.EPOCH)));
    }

    @Test
    void callsFailuresBytesAndObjectsAreCounted() throws Exception {
        var metered = (MeteredStore) newStore();
        metered.put(Key.of("data/1"), Content.of(bytes(1, 3_000_000)));
        metered.put(Key.of("data/2"), Content.of(bytes(2, 10)).expecting(Sha256.of(bytes(2, 10))));
        metered.read(Key.of("data/1"), Range.of(5, 1_000));
        metered.get(Key.of("data/1"), Range.whole(), (stream, _) -> stream.read());
        assertThatThrownBy(() -> metered.read(Key.of("data/3"), Range.whole())).isInstanceOf(StoreException.class);
        metered.stat(Key.of("data/3"));
        metered.list(Prefix.everything(), _ -> {
        });
        metered.delete(Key.of("data/3"));
        metered.now();

        assertThat(metered.count(Verb.PUT)).isEqualTo(new Count(2, 0, 3_000_010, 0));
        assertThat(metered.count(Verb.GET)).isEqualTo(new Count(3, 1, 1_001, 0));
        assertThat(metered.count(Verb.STAT)).isEqualTo(new Count(1, 0, 0, 0));
        assertThat(metered.count(Verb.LIST)).isEqualTo(new Count(1, 0, 0, 2));
        assertThat(metered.count(Verb.DELETE)).isEqualTo(new Count(1, 0, 0, 0));
        assertThat(metered.count(Verb.NOW)).isEqualTo(new Count(1, 0, 0, 0));
    }

    @Test
    void bytesAreCountedWhileTheyFlow() throws Exception {
        var metered = (MeteredStore) newStore();
        metered.put(Key.of("data/1"), Content.of(bytes(1, 100_000)));

        metered.get(Key.of("data/1"), Range.whole(), (stream, _) -> {
            stream.readNBytes(40_000);
            assertThat(metered.count(Verb.GET).bytes()).isEqualTo(40_000);
            stream.readAllBytes();
            assertThat(metered.count(Verb.GET).bytes()).isEqualTo(100_000);
            return true;
        });
    }
}
