// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class ResultsTest {

    private static Sample sample(String peer, int round, double seconds) {
        return new Sample(Turns.NAME, "clinic", "warm", round, peer, Turns.FIRST, Map.of(Figure.SECONDS, seconds));
    }

    @Test
    void aSampleIsReadAsItWasWritten() {
        var sample = new Sample("turn", "clinic", "cold", 3, "restic", "again",
                Map.of(Figure.SECONDS, 1.25, Figure.READ, 6.442450944E9, Figure.OBJECTS, 0.0));

        assertThat(Sample.parse(sample.line())).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "turn\tclinic\twarm\t0\tcp\tfirst", "turn\tclinic\twarm\tnone\tcp\tfirst\tseconds=1",
            "turn\tclinic\twarm\t0\tcp\tfirst\tseconds", "turn\tclinic\twarm\t0\tcp\tfirst\tseconds=fast"})
    void aLineThatWasCutOffIsNoSample(String line) {
        assertThatThrownBy(() -> Sample.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void factsAreKeptOnceAndInOrder() {
        var results = Results
                .parse(List.of("# machine: this", sample("cp", 0, 1).line(), "# seed: 7", "", "# machine: this"));

        assertThat(results.facts()).containsExactly("machine: this", "seed: 7");
        assertThat(results.samples()).containsExactly(sample("cp", 0, 1));
    }

    @Test
    void aRatioIsMadeInEachRoundSoThatWhatSlowsBothDividesOut() {
        var slow = new Results(List.of(), List.of(sample("a", 2, 60), sample("a", 0, 6), sample("a", 1, 3)));
        var quick = new Results(List.of(), List.of(sample("b", 0, 2), sample("b", 1, 1), sample("b", 2, 20)));

        assertThat(Pairs.ratios(slow, quick, Figure.SECONDS)).containsExactly(3.0, 3.0, 3.0);
        assertThat(Pairs.ratio(slow, quick, Figure.SECONDS).orElseThrow().median()).isCloseTo(3, within(1e-9));
    }

    @Test
    void aRoundThatOneOfThemMissedMakesNoPair() {
        var one = new Results(List.of(), List.of(sample("a", 0, 6), sample("a", 1, 8), sample("a", 3, 1)));
        var other = new Results(List.of(), List.of(sample("b", 1, 2), sample("b", 2, 5), sample("b", 3, 0)));

        assertThat(Pairs.ratios(one, other, Figure.SECONDS)).containsExactly(4.0);
        assertThat(Pairs.ratio(one, new Results(List.of(), List.of()), Figure.SECONDS)).isEmpty();
        assertThat(Pairs.ratio(one, other, Figure.CPU)).isEmpty();
    }

    @Test
    void twoSamplesOfOneRoundAreNotChosenFrom() {
        var twice = new Results(List.of(), List.of(sample("a", 0, 6), sample("a", 0, 7)));

        assertThatThrownBy(() -> Pairs.ratios(twice, twice, Figure.SECONDS)).hasMessageContaining("round 0");
    }

    @Test
    void everybodyIsFirstOnceBeforeAnybodyIsTwice() {
        var peers = List.of("a", "b", "c");

        assertThat(Turns.inOrder(peers, 0)).containsExactly("a", "b", "c");
        assertThat(Turns.inOrder(peers, 1)).containsExactly("b", "c", "a");
        assertThat(Turns.inOrder(peers, 5)).containsExactly("c", "a", "b");
    }
}
