// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.memory.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordingStoreTest extends StoreConformance {

    @Override
    protected Store newStore() {
        return new RecordingStore(new MemoryStore(InstantSource.fixed(Instant.EPOCH)));
    }

    @Test
    void everyCallIsWrittenDownWhenItBeginsAndEnds() throws Exception {
        var recording = (RecordingStore) newStore();
        recording.put(Key.of("data/1"), Content.of(new byte[1]));
        recording.list(Prefix.of("data/"), blob -> recording.stat(blob.key()));
        assertThatThrownBy(() -> recording.read(Key.of("data/2"), Range.whole()))
                .isInstanceOf(StoreException.NotFound.class);
        recording.delete(Key.of("data/1"));
        recording.now();

        assertThat(recording.events()).extracting(RecordingStore.Event::toString).containsExactly(
                "BEGUN PUT data/1", "DONE PUT data/1",
                "BEGUN LIST data/", "BEGUN STAT data/1", "DONE STAT data/1", "DONE LIST data/",
                "BEGUN GET data/2", "FAILED GET data/2",
                "BEGUN DELETE data/1", "DONE DELETE data/1", "BEGUN NOW", "DONE NOW");
        assertThat(recording.puts()).containsExactly("data/1");
    }
}
