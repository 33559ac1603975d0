// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.memory.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReadOnlyStoreTest extends StoreReadingConformance {

    private final Store inner = new MemoryStore(InstantSource.fixed(Instant.EPOCH));

    @Override
    protected Store newStore() {
        return new ReadOnlyStore(inner);
    }

    @Override
    protected Store newWriter(Store reader) {
        return inner;
    }

    @Test
    void nothingCanBeChanged() throws Exception {
        put("object", bytes(1, 10));

        assertThatThrownBy(() -> store().put(Key.of("other"), Content.of(new byte[1])))
                .isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> store().put(Key.of("object"), Content.of(bytes(1, 10))))
                .isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> store().delete(Key.of("object"))).isInstanceOf(StoreException.Denied.class);
        assertThat(keys("")).containsExactly("object");
        assertThat(store().now()).isEqualTo(Instant.EPOCH);
        assertThat(store().capabilities()).isEqualTo(inner.capabilities());
    }
}
