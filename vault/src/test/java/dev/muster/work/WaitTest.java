// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class WaitTest {

    /** Steps a millisecond at each look, so that no test depends on the machine. */
    private final AtomicLong clockNanos = new AtomicLong(Long.MAX_VALUE - 500_000);
    private final Wait wait = new Wait(() -> clockNanos.getAndAdd(1_000_000), Duration.ofNanos(1));

    @Test
    void aConditionThatHoldsEndsTheWait() throws Exception {
        var looks = new AtomicInteger();
        assertThat(wait.until(() -> looks.incrementAndGet() == 5, Duration.ofHours(1))).isTrue();
        assertThat(looks).hasValue(5);
    }

    @Test
    void aConditionIsLookedAtOnceEvenWithoutTime() throws Exception {
        assertThat(wait.until(() -> true, Duration.ZERO)).isTrue();
        assertThat(wait.until(() -> false, Duration.ofSeconds(-1))).isFalse();
    }

    @Test
    void theDeadlineEndsTheWaitEvenWhenTheClockOverflows() throws Exception {
        assertThat(wait.until(() -> false, Duration.ofMillis(20))).isFalse();
        assertThat(clockNanos.get()).isNegative();
    }

    @Test
    void whatLookingThrowsEndsTheWait() {
        assertThatThrownBy(() -> wait.until(WaitTest::unreadable, Duration.ofHours(1))).isInstanceOf(IOException.class)
                .hasMessage("unreadable");
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> wait.until(() -> false, Duration.ofHours(1)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aPauseLastsAsLongAsAsked() throws Exception {
        var start = System.nanoTime();
        new Wait(System::nanoTime).pause(Duration.ofMillis(30));
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000);
    }

    private static boolean unreadable() throws IOException {
        throw new IOException("unreadable");
    }
}
