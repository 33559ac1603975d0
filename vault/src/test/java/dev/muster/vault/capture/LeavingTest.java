// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LeavingTest {

    @Test
    void whatHangsIsInterruptedWhenItsTimeIsUp() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Leaving.attempt(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        }, Duration.ofMillis(20));
        assertThat(interrupted).isTrue();
    }

    @Test
    void whatIsDoneIsNotWaitedForAnyLongerAndAFailureIsNone() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Leaving.attempt(() -> done.set(true), Duration.ofDays(1));
        assertThat(done).isTrue();
        Leaving.attempt(() -> {
            throw new IllegalStateException("the store is gone");
        }, Duration.ofDays(1));
    }
}
