// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FiguresTest {

    @Test
    void sizesHaveThreeDigitsAndADecimalUnit() {
        assertThat(Figures.bytes(0)).isEqualTo("0 B");
        assertThat(Figures.bytes(999)).isEqualTo("999 B");
        assertThat(Figures.bytes(1_000)).isEqualTo("1.00 kB");
        assertThat(Figures.bytes(12_345_678)).isEqualTo("12.3 MB");
        assertThat(Figures.bytes(999_600_000)).isEqualTo("1.00 GB");
        assertThat(Figures.bytes(456_000_000_000L)).isEqualTo("456 GB");
    }

    @Test
    void durationsAreReadableFromMillisecondsToDays() {
        assertThat(Figures.seconds(0.0421)).isEqualTo("0.04 s");
        assertThat(Figures.seconds(12.34)).isEqualTo("12.3 s");
        assertThat(Figures.duration(Duration.ofSeconds(245))).isEqualTo("4m 05s");
        assertThat(Figures.duration(Duration.ofMinutes(200))).isEqualTo("3h 20m");
        assertThat(Figures.duration(Duration.ofHours(127))).isEqualTo("5d 7h");
    }

    @Test
    void momentsAreInUtcAndSaySo() {
        assertThat(Figures.moment(Instant.parse("2026-11-20T13:05:09.5Z"))).isEqualTo("2026-11-20 13:05:09Z");
    }

    @Test
    void tablesAlignAndNumbersStandToTheRight() {
        String table =
                new Table("name", "size", "note").row("a", "12.3 MB", "x").row("long name", "934 B", "").toString();

        assertThat(table).isEqualTo("""
                name          size  note
                a          12.3 MB  x
                long name    934 B
                """);
    }

    @Test
    void aRowWithTooFewCellsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Table("a", "b").row("x"));
    }

    @Test
    void progressShowsRateAndTimeLeftOnATerminalOnly() {
        AtomicLong nanos = new AtomicLong();
        StringWriter seen = new StringWriter();
        try (ProgressLine line = new ProgressLine(new PrintWriter(seen), true, nanos::get)) {
            line.bytes("copying", 0, 100_000_000);
            nanos.set(2_000_000_000L);
            line.bytes("copying", 50_000_000, 100_000_000);
        }
        assertThat(seen.toString()).contains("[============            ] 50.0 MB of 100 MB  25.0 MB/s  2.00 s left")
                .endsWith("\r\u001b[K");

        StringWriter unseen = new StringWriter();
        try (ProgressLine line = new ProgressLine(new PrintWriter(unseen), false, nanos::get)) {
            line.bytes("copying", 50_000_000, 100_000_000);
            line.say("done");
        }
        assertThat(unseen.toString()).isEmpty();
    }
}
