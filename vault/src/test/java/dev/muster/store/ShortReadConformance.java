// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A read that breaks off is a failure and never the end of an object. Mandatory, beside {@link StoreConformance}, for
 * every store whose bytes come from outside its process.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class ShortReadConformance {

    private static final Key KEY = Key.of("data/ab/object");
    private static final int LENGTH = 6_000_000;
    private static final int LEFT = 3_000_000;

    private Store store;

    /** A store without objects, for one test. */
    protected abstract Store newStore() throws Exception;

    /**
     * Lets the bytes of this object end after so many, at least for the read that is under way: its file is cut, or its
     * connection is. Called by a reading that has read less than that.
     */
    protected abstract void breakOff(Key key, int left) throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = newStore();
        store.put(KEY, Content.of(StoreReadingConformance.bytes(1, LENGTH)));
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    @Test
    void aWholeReadThatBreaksOffFails() {
        assertBreaksOff(Range.whole());
    }

    @Test
    void aReadOfARangeThatBreaksOffFails() {
        assertBreaksOff(Range.of(10, LENGTH - 20));
    }

    @Test
    void aReadOfTheEndThatBreaksOffFails() {
        assertBreaksOff(Range.last(LENGTH - 20));
    }

    private void assertBreaksOff(Range range) {
        var ended = new AtomicBoolean();
        assertThatThrownBy(() -> store.get(KEY, range, (bytes, _) -> {
            bytes.readNBytes(1_000);
            breakOffWithin();
            readToTheEnd(bytes);
            ended.set(true);
            return true;
        })).isInstanceOfAny(StoreException.Transient.class, StoreException.Corrupt.class);
        assertThat(ended).isFalse();
    }

    private void breakOffWithin() {
        try {
            breakOff(KEY, LEFT);
        } catch (Exception e) {
            throw new AssertionError("could not break off", e);
        }
    }

    private static void readToTheEnd(InputStream bytes) throws IOException {
        bytes.transferTo(OutputStream.nullOutputStream());
    }
}
