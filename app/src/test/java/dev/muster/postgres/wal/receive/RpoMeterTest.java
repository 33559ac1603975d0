// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RpoMeterTest {

    private static final long SECOND = 1_000_000_000;

    private final RpoMeter meter = new RpoMeter(Duration.ofSeconds(5));

    private static Lsn at(long value) {
        return new Lsn(value);
    }

    private static Rpo known(long seconds) {
        return new Rpo.Known(Duration.ofSeconds(seconds));
    }

    @Test
    void aServerThatWasNeverHeardOfSaysNothing() {
        assertThat(meter.rpo(at(0), 9 * SECOND)).isEqualTo(new Rpo.Never());
    }

    @Test
    void itIsTheAgeOfTheOldestByteThatIsMissing() {
        meter.heard(at(100), 0);
        meter.heard(at(200), SECOND);
        meter.heard(at(300), 2 * SECOND);
        assertThat(meter.rpo(at(100), 3 * SECOND)).isEqualTo(known(2));
        assertThat(meter.rpo(at(150), 3 * SECOND)).isEqualTo(known(2));
        assertThat(meter.rpo(at(200), 3 * SECOND)).isEqualTo(known(1));
        assertThat(meter.rpo(at(300), 3 * SECOND)).isEqualTo(known(0));
        meter.settled(at(250));
        assertThat(meter.rpo(at(250), 4 * SECOND)).isEqualTo(known(2));
    }

    @Test
    void hearingTheSameAgainMakesNothingYounger() {
        meter.heard(at(100), 0);
        meter.heard(at(100), 3 * SECOND);
        assertThat(meter.rpo(at(50), 4 * SECOND)).isEqualTo(known(4));
        assertThat(meter.rpo(at(100), 4 * SECOND)).isEqualTo(known(0));
    }

    @Test
    void aSilentServerMakesItUnknownSinceThen() {
        meter.heard(at(100), 0);
        assertThat(meter.rpo(at(100), 5 * SECOND)).isEqualTo(known(0));
        assertThat(meter.rpo(at(100), 6 * SECOND))
                .isEqualTo(new Rpo.Unknown(Duration.ZERO, Duration.ofSeconds(6)));
        assertThat(meter.rpo(at(50), 8 * SECOND))
                .isEqualTo(new Rpo.Unknown(Duration.ofSeconds(8), Duration.ofSeconds(8)));
    }

    @Test
    void anotherTimelineMayBeginLowerAndWhatWasMissingKeepsItsAge() {
        meter.heard(at(100), 0);
        meter.heard(at(200), SECOND);
        meter.restart(at(150), 2 * SECOND);
        assertThat(meter.serverEnd()).isEqualTo(at(150));
        assertThat(meter.rpo(at(90), 3 * SECOND)).isEqualTo(known(3));
        assertThat(meter.rpo(at(120), 3 * SECOND)).isEqualTo(known(2));
        meter.heard(at(160), 3 * SECOND);
        assertThat(meter.rpo(at(150), 4 * SECOND)).isEqualTo(known(1));
    }

    @Test
    void whatTheServerHadBeforeItWasFirstHeardOfHasNoAge() {
        meter.restart(at(100), 0);
        assertThat(meter.rpo(at(99), SECOND)).isEqualTo(new Rpo.Never());
        assertThat(meter.rpo(at(100), SECOND)).isEqualTo(known(0));
        meter.heard(at(200), 2 * SECOND);
        assertThat(meter.rpo(at(99), 3 * SECOND)).isEqualTo(new Rpo.Never());
        assertThat(meter.rpo(at(100), 3 * SECOND)).isEqualTo(known(1));
        meter.restart(at(80), 3 * SECOND);
        assertThat(meter.rpo(at(80), 3 * SECOND)).isEqualTo(known(0));
    }

    @Test
    void whatWasWrittenDuringAnOutageIsAsOldAsTheOutage() {
        meter.restart(at(100), 0);
        meter.restart(at(200), 60 * SECOND);
        assertThat(meter.rpo(at(100), 61 * SECOND)).isEqualTo(known(61));
        meter.heard(at(300), 90 * SECOND);
        assertThat(meter.rpo(at(200), 91 * SECOND)).isEqualTo(known(31));
        meter.heard(at(400), 92 * SECOND);
        assertThat(meter.rpo(at(300), 93 * SECOND)).isEqualTo(known(1));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {51, 52, 53})
    void itNeverSaysLessThanTheTruth(long seed) {
        var random = new Random(seed);
        var ends = new ArrayList<long[]>();
        var end = 0L;
        var now = 0L;
        for (var i = 0; i < 20_000; i++) {
            now += random.nextInt(1_000_000);
            end += random.nextInt(3);
            meter.heard(at(end), now);
            ends.add(new long[]{end, now});
        }
        for (var i = 0; i < 200; i++) {
            var has = random.nextLong(end);
            var truth = now - firstBeyond(ends, has);
            assertThat(meter.rpo(at(has), now).age().toNanos()).isGreaterThanOrEqualTo(truth)
                    .isLessThan(truth + 64_000_000_000L);
        }
    }

    private static long firstBeyond(List<long[]> ends, long has) {
        return ends.stream().filter(each -> each[0] > has).findFirst().orElseThrow()[1];
    }
}
