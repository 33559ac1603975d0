// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RecoveryTarget;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is printed of a window can be given to a restore. */
class EdgesTest {

    private static final long SEED = 20_261_120;
    private static final int WINDOWS = 2_000;

    private static Optional<Edges> edges(Instant from, Instant to) {
        return Edges.of(Optional.of(from), Optional.of(to));
    }

    @ParameterizedTest
    @CsvSource({"00.2,02.7,01Z,02Z", "01,01,01Z,01Z", "00.2,00.7,00.200Z,00.700Z", "00.9999,01.0001,01Z,01Z",
            "00.2003,00.2008,00.200300Z,00.200800Z", "00.200301,00.200301,00.200301Z,00.200301Z"})
    void theyAreAsShortAsLiesInTheWindow(String from, String to, String first, String last) {
        var edges = edges(Instant.parse("2026-11-20T13:05:" + from + "Z"),
                Instant.parse("2026-11-20T13:05:" + to + "Z"));

        assertThat(edges).contains(new Edges(Optional.of("2026-11-20 13:05:" + first),
                Optional.of("2026-11-20 13:05:" + last), false));
    }

    @Test
    void whatIsPrintedIsATargetInTheWindow() {
        var random = new Random(SEED);
        for (var at = 0; at < WINDOWS; at++) {
            var from = Instant.parse("2026-11-20T13:05:09Z").plus(random.nextInt(2_000_000), ChronoUnit.MICROS);
            var to = from.plus(random.nextInt(1 << random.nextInt(23)), ChronoUnit.MICROS);
            var edges = edges(from, to).orElseThrow();

            assertThat(read(edges.from())).as("from of %s to %s", from, to).isBetween(from, to);
            assertThat(read(edges.to())).as("to of %s to %s", from, to).isBetween(read(edges.from()), to);
        }
    }

    private static Instant read(Optional<String> printed) {
        return ((RecoveryTarget.Time) new ReadTarget(ZoneOffset.UTC).read(printed.orElseThrow(), false).target())
                .moment();
    }

    @Test
    void whatNoTargetCanNameIsNotPrinted() {
        assertThat(edges(Instant.parse("2026-11-20T13:05:09.000000100Z"),
                Instant.parse("2026-11-20T13:05:09.000000900Z"))).isEmpty();
        assertThat(Edges.of(Optional.empty(), Optional.empty()))
                .contains(new Edges(Optional.empty(), Optional.empty(), false));
    }
}
