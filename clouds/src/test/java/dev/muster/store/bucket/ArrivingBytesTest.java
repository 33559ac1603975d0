// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ArrivingBytesTest {

    /** Java's client cancels under a lock of its own, and may hold that while it begins: both locks would be a deadlock. */
    @Test
    void nothingIsLockedWhileTheRestIsBrokenOff() {
        var bytes = new ArrivingBytes(Duration.ofMinutes(1));
        var locked = new AtomicBoolean(true);
        bytes.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long n) {
                // Nothing arrives.
            }

            @Override
            public void cancel() {
                locked.set(Thread.holdsLock(bytes));
            }
        });

        bytes.close();

        assertThat(locked).isFalse();
    }

    @Test
    void whatBeginsAfterItWasClosedIsBrokenOff() {
        var bytes = new ArrivingBytes(Duration.ofMinutes(1));
        bytes.close();
        var cancelled = new AtomicInteger();
        bytes.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long n) {
                throw new IllegalStateException("asked for more");
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
        bytes.onNext(List.of(ByteBuffer.allocate(1)));

        assertThat(cancelled).hasValue(1);
    }
}
