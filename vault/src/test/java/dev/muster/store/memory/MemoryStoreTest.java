// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.memory;

import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MemoryStoreTest extends StoreConformance {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private Instant time = NOON;

    @Override
    protected Store newStore() {
        return new MemoryStore(() -> time);
    }

    @Test
    void objectsAreStampedByTheGivenClock() throws Exception {
        put("first", bytes(1, 1));
        time = NOON.plusSeconds(60);
        put("second", bytes(2, 1));
        put("first", bytes(1, 1));

        assertThat(store().now()).isEqualTo(NOON.plusSeconds(60));
        assertThat(put("first", bytes(1, 1)).storeTime()).isEqualTo(NOON);
        assertThat(put("second", bytes(2, 1)).storeTime()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void keysThatFilesCouldNotHoldTogetherAreRefused() throws Exception {
        put("data/ab/object", bytes(1, 1));

        for (var crossing : new String[]{"data", "data/ab", "data/ab/object/more"}) {
            assertThatThrownBy(() -> put(crossing, bytes(1, 1))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(crossing);
        }
        put("data/abc", bytes(1, 1));
    }

    @Test
    void storesInMemoryShareNothing() throws Exception {
        put("object", bytes(1, 1));
        var other = new MemoryStore(InstantSource.fixed(NOON));

        assertThat(other.stat(Key.of("object"))).isEmpty();
    }
}
