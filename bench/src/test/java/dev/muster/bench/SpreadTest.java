// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class SpreadTest {

    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
        assertThat(Spread.of(9, 1, 5).median()).isEqualTo(5);
        assertThat(Spread.of(9, 1, 5, 6).median()).isEqualTo(5.5);
        assertThat(Spread.of(4).median()).isEqualTo(4);
    }

    /** Ranks and confidences from printed tables of the sign test's interval, for n values 1 to n. */
    @ParameterizedTest
    @CsvSource({"6, 1, 6, 0.96875", "8, 1, 8, 0.99219", "9, 2, 8, 0.96094", "10, 2, 9, 0.97852", "12, 3, 10, 0.96143",
            "15, 4, 12, 0.96484", "20, 6, 15, 0.95861", "25, 8, 18, 0.95671", "30, 10, 21, 0.95723"})
    void theIntervalIsThatOfTheSignTest(int count, double low, double high, double confidence) {
        var spread = Spread.of(IntStream.rangeClosed(1, count).mapToDouble(each -> each).toArray());

        assertThat(spread.low()).isEqualTo(low);
        assertThat(spread.high()).isEqualTo(high);
        assertThat(spread.confidence()).isCloseTo(confidence, within(0.00001));
        assertThat(spread.isInterval()).isTrue();
    }

    @Test
    void fewerThanSixValuesGiveTheRangeAndSaySo() {
        var five = Spread.of(3, 1, 2, 5, 4);

        assertThat(five.low()).isEqualTo(1);
        assertThat(five.high()).isEqualTo(5);
        assertThat(five.confidence()).isCloseTo(0.9375, within(1e-9));
        assertThat(five.isInterval()).isFalse();
        assertThat(Spread.of(7).confidence()).isZero();
    }

    @Test
    void theIntervalHoldsTheTrueMedianAsOftenAsItSays() {
        var seed = 20_261_120L;
        var dice = new Random(seed);
        var held = 0;
        for (var run = 0; run < 4000; run++) {
            List<Double> values = new ArrayList<>();
            for (var each = 0; each < 10; each++) {
                // Skewed as timings are; its median is 1.
                values.add(Math.exp(dice.nextGaussian()));
            }
            var spread = Spread.of(values);
            held += spread.low() <= 1 && 1 <= spread.high() ? 1 : 0;
        }

        assertThat(held / 4000.0).as("seed " + seed).isCloseTo(0.9785, within(0.01));
    }

    @Test
    void textHasPointsWhateverTheLocale() {
        assertThat(Spread.of(1, 2, 3).text(2)).isEqualTo("2.00 (1.00 to 3.00)");
        assertThat(Spread.of(2.345).text(1)).isEqualTo("2.3");
        assertThat(Spread.of(1, 2, 3).noise()).isEqualTo(1);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
