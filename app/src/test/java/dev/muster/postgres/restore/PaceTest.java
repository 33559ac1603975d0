// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a restore measures, and what is made of it for the next one. */
class PaceTest {

    private static final long MB = 1_000_000;
    private static final Measurement COPY = new Measurement(400 * MB, Duration.ofSeconds(4));
    private static final Measurement REPLAY = new Measurement(100 * MB, Duration.ofSeconds(10));

    private static Duration seconds(double seconds) {
        return Forecast.duration(seconds);
    }

    @Test
    void aRestoreMeasuresItsCopyItsReplayAndTheRest() {
        var measured = Measured.of(COPY, 101 * MB, Optional.of(REPLAY), seconds(17.5));

        assertThat(measured.copy()).contains(COPY);
        assertThat(measured.replay()).contains(REPLAY);
        assertThat(measured.rest()).contains(seconds(3.5));
    }

    @ParameterizedTest
    @CsvSource({"64000000, 100, true", "63999999, 60000, false", "64000000, 99, false"})
    void aCopyThatIsTooSmallOrTooShortGivesNoRate(long bytes, long millis, boolean counts) {
        var copy = new Measurement(bytes, Duration.ofMillis(millis));

        var measured = Measured.of(copy, 0, Optional.empty(), seconds(100));

        assertThat(measured.copy()).isEqualTo(Optional.of(copy).filter(_ -> counts));
        assertThat(measured.rest()).as("a copy without a rate belongs to it")
                .contains(seconds(100).minusMillis(counts ? millis : 0));
    }

    @ParameterizedTest
    @CsvSource({"40000000, 100, true", "39999999, 60000, false", "40000000, 99, false"})
    void aReplayThatIsTooSmallOrTooShortGivesNoRate(long bytes, long millis, boolean counts) {
        var replay = new Measurement(bytes, Duration.ofMillis(millis));

        var measured = Measured.of(COPY, bytes, Optional.of(replay), seconds(104));

        assertThat(measured.replay()).isEqualTo(Optional.of(replay).filter(_ -> counts));
        assertThat(measured.rest()).contains(seconds(100).minusMillis(counts ? millis : 0));
    }

    @Test
    void aReplayOfSomeSizeOfWhichTheServerSaysNothingHidesTheRest() {
        assertThat(Measured.of(COPY, 40 * MB, Optional.empty(), seconds(9)).rest()).isEmpty();
        assertThat(Measured.of(COPY, 40 * MB - 1, Optional.empty(), seconds(9)).rest()).contains(seconds(5));
        assertThat(Measured.of(COPY, 101 * MB, Optional.of(REPLAY), seconds(13)).rest()).as("less than its parts")
                .isEmpty();
    }

    @Test
    void whatMeasuresNothingIsNoMeasurement() {
        assertThatThrownBy(() -> new Measurement(0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Measurement(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Pace.unknown().with(Measured.nothing())).isEqualTo(Pace.unknown());
    }

    @Test
    void aForecastGoesByAllBytesAndAllOfTheirTime() {
        var pace = Pace.unknown().with(Measured.of(COPY, 101 * MB, Optional.of(REPLAY), seconds(16)))
                .with(Measured.of(new Measurement(100 * MB, Duration.ofSeconds(6)), MB, Optional.empty(), seconds(9)));

        var forecast = pace.forecast(1000 * MB, 50 * MB);

        assertThat(forecast.copy()).isEqualTo(new Forecast.Step(1000 * MB, Optional.of(seconds(20)), 2, ""));
        assertThat(forecast.replay()).isEqualTo(new Forecast.Step(50 * MB, Optional.of(seconds(5)), 1, ""));
        assertThat(forecast.rest()).isEqualTo(new Forecast.Step(0, Optional.of(seconds(2.5)), 2, ""));
        assertThat(forecast.total()).contains(seconds(27.5));
        assertThat(forecast.text()).isEqualTo("about 28 s");
        assertThat(forecast.reasons()).isEmpty();
        assertThat(pace.restores()).isEqualTo("2 restores");
    }

    @Test
    void withoutAnyMeasurementAllIsUnknownAndSaysWhy() {
        var forecast = Pace.unknown().forecast(1000 * MB, 50 * MB);

        assertThat(forecast.total()).isEmpty();
        assertThat(forecast.text()).isEqualTo("unknown");
        assertThat(forecast.reasons()).singleElement().asString().contains("measured on this host yet");
        assertThat(forecast.document().seconds()).isNull();
        assertThat(Pace.unknown("it is gone").forecast(1000 * MB, 50 * MB).reasons()).containsExactly("it is gone");
    }

    @Test
    void onlySmallRestoresForecastSmallOnes() {
        var pace = Pace.unknown().with(Measured.of(new Measurement(30 * MB, Duration.ofSeconds(1)), MB,
                Optional.empty(), seconds(3)));

        assertThat(pace.forecast(40 * MB, 2 * MB).total()).contains(seconds(3));
        assertThat(pace.forecast(40 * MB, 2 * MB).copy().text()).isEqualTo("-");
        var large = pace.forecast(1000 * MB, 50 * MB);
        assertThat(large.total()).isEmpty();
        assertThat(large.reasons()).containsExactly(
                "no restore that was measured on this host has copied 64.0 MB or more",
                "no restore that was measured on this host has replayed 40.0 MB or more");
    }

    @Test
    void onlyTheLastTenOfEachAreRemembered() {
        var pace = Pace.unknown();
        for (var second = 1; second <= 12; second++) {
            pace = pace.with(new Measured(Optional.of(new Measurement(second, Duration.ofSeconds(1))),
                    Optional.empty(), Optional.of(Duration.ofSeconds(second))));
        }

        assertThat(pace.copies()).extracting(Measurement::bytes)
                .containsExactlyElementsOf(IntStream.rangeClosed(3, 12).mapToObj(Long::valueOf).toList());
        assertThat(pace.rests()).hasSize(10).startsWith(Duration.ofSeconds(3));
        assertThat(pace.replays()).isEmpty();
    }

    @Test
    void noMeasurementHoweverOddStopsAForecast() {
        var longest = Duration.ofNanos(Long.MAX_VALUE);
        var slow = new Pace(List.of(new Measurement(1, longest), new Measurement(1, longest)),
                List.of(new Measurement(Long.MAX_VALUE, Duration.ofNanos(1)),
                        new Measurement(Long.MAX_VALUE, Duration.ofNanos(1))),
                List.of(longest, longest), Optional.empty());

        assertThat(slow.forecast(Long.MAX_VALUE, Long.MAX_VALUE).text()).startsWith("about ");
        assertThat(slow.forecast(Long.MAX_VALUE, Long.MAX_VALUE).document().seconds()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"0, less than 1 s", "499, less than 1 s", "500, about 1 s", "59499, about 59 s", "59500, about 1m 00s",
            "245000, about 4m 05s", "12000000, about 3h 20m", "457200000, about 5d 7h"})
    void timesAreSaidAsRoughlyAsTheyAreKnown(long millis, String text) {
        assertThat(Words.about(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
