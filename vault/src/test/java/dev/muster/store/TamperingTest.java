// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.memory.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TamperingTest {

    private static final Key ONE = Key.of("data/1");
    private static final Key TWO = Key.of("data/2");

    private final Store store = new MemoryStore(InstantSource.fixed(Instant.EPOCH));
    private final Tampering tampering = new Tampering(store);

    @BeforeEach
    void fill() throws Exception {
        store.put(ONE, Content.of(new byte[]{1, 2, 3}));
        store.put(TWO, Content.of(new byte[]{4, 5}));
    }

    private byte[] bytes(Key key) throws InterruptedException {
        return store.read(key, Range.whole());
    }

    @Test
    void oneBitIsFlipped() throws Exception {
        tampering.flip(ONE, 9);
        assertThat(bytes(ONE)).containsExactly(1, 0, 3);
        tampering.flip(ONE, 23);
        assertThat(bytes(ONE)).containsExactly(1, 0, 3 | 0x80);
    }

    @Test
    void anObjectIsCutOrExtended() throws Exception {
        tampering.truncate(ONE, 1);
        assertThat(bytes(ONE)).containsExactly(1);
        tampering.extend(ONE, (byte) 8, (byte) 9);
        assertThat(bytes(ONE)).containsExactly(1, 8, 9);
        assertThatThrownBy(() -> tampering.truncate(ONE, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoObjectsAreSwapped() throws Exception {
        tampering.swap(ONE, TWO);
        assertThat(bytes(ONE)).containsExactly(4, 5);
        assertThat(bytes(TWO)).containsExactly(1, 2, 3);
    }

    @Test
    void anObjectIsOmitted() throws Exception {
        tampering.omit(ONE);
        assertThat(store.stat(ONE)).isEmpty();
        assertThatThrownBy(() -> tampering.omit(ONE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theWholeStoreIsRolledBack() throws Exception {
        var picture = tampering.picture();
        store.put(Key.of("data/3"), Content.of(new byte[1]));
        tampering.flip(TWO, 0);
        store.delete(ONE);

        tampering.rollBackTo(picture);

        assertThat(tampering.picture()).usingRecursiveComparison().isEqualTo(
                Map.of(ONE, new byte[]{1, 2, 3}, TWO, new byte[]{4, 5}));
    }

    @Test
    void aDeletedObjectComesBack() throws Exception {
        var picture = tampering.picture();
        assertThatThrownBy(() -> tampering.resurrect(ONE, picture)).isInstanceOf(IllegalArgumentException.class);
        store.delete(ONE);
        tampering.resurrect(ONE, picture);

        assertThat(bytes(ONE)).containsExactly(1, 2, 3);
    }
}
