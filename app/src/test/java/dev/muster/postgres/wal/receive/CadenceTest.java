// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CadenceTest {

    private static final int SEGMENT = 16 << 20;

    @Test
    void requestsFollowTheCadenceOfABusyServerAndTheBytesOfAVeryBusyOne() {
        assertThat(Cadence.DEFAULT.putsPerDay(1, 0, SEGMENT)).isZero();
        assertThat(Cadence.DEFAULT.putsPerDay(1, 1L << 30, SEGMENT)).isEqualTo(86_400 + 64);
        assertThat(Cadence.DEFAULT.putsPerDay(0.1, 1L << 30, SEGMENT)).isEqualTo(8_640 + 64);
        assertThat(Cadence.DEFAULT.putsPerDay(1, 1L << 40, SEGMENT)).isEqualTo((1 << 18) + (1 << 16));
        assertThat(new Cadence(Duration.ofMinutes(1), 4 << 20).putsPerDay(1, 1L << 30, SEGMENT)).isEqualTo(1_440 + 64);
    }
}
