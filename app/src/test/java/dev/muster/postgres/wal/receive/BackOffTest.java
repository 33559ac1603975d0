// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackOffTest {

    private final ArrayList<Duration> pauses = new ArrayList<>();
    private final BackOff backOff = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(5),
            pauses::add);

    @Test
    void pausesDoubleUpToTheLastAndAreSpread() throws Exception {
        for (var i = 0; i < 40; i++) {
            var most = Math.min(10_000, 100L << Math.min(i, 20));
            assertThat(backOff.failed().toMillis()).isBetween(most / 2, most);
        }
        assertThat(pauses).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void afterASuccessTheyBeginAgain() throws Exception {
        backOff.failed();
        backOff.failed();
        backOff.failed();
        backOff.succeeded();
        assertThat(backOff.failed()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
