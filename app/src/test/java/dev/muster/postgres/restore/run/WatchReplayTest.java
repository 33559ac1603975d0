// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.restore.Measurement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a server's log says of its replay; that servers do say so is shown where they recover. */
class WatchReplayTest {

    private static final Lsn FROM = Lsn.parse("0/2000028");
    private static final String DONE = "redo done at %s system usage: CPU: user: 0.01 s, system: 0.02 s, elapsed: %s s";

    @Test
    void theTimeOfReplayIsTheServersOwn() {
        assertThat(WatchReplay.replayed(FROM, DONE.formatted("0/12000028", "61.25")))
                .contains(new Measurement(0x10000000, Duration.ofMillis(61_250)));
        assertThat(WatchReplay.replayed(FROM, DONE.formatted("0/2000100", "0.00")))
                .contains(new Measurement(0xd8, Duration.ofMillis(10)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redo done at 0/2000028 system usage: CPU: user: 0.01 s, system: 0.02 s, elapsed: 0.10 s",
            "redo done at 0/3000028", "redo starts at 0/3000028", "redo is not required",
            "redo done at 0/3000028 system usage: CPU: user: 0.01 s, system: 0.02 s, elapsed: long"})
    void whatSaysNothingOfATimeMeasuresNothing(String text) {
        assertThat(WatchReplay.replayed(FROM, text)).isEmpty();
    }
}
