// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReportTest {

    private static Sample first(String peer, int round, double seconds) {
        return new Sample(Turns.NAME, "clinic", "warm", round, peer, Turns.FIRST, Map.of(Figure.SECONDS, seconds,
                Figure.CPU, seconds * 2, Figure.SERVER_CPU, 0.5, Figure.PEAK, 64e6, Figure.REPOSITORY, 100e6,
                Figure.OBJECTS, 12.0, Figure.SOURCE, 1000e6));
    }

    private static Sample again(String peer, int round, double seconds) {
        return new Sample(Turns.NAME, "clinic", "warm", round, peer, Turns.AGAIN, Map.of(Figure.SECONDS, seconds,
                Figure.READ, 3e6, Figure.SERVER_READ, 1000e6, Figure.REPOSITORY, 101.5e6, Figure.SOURCE, 1000e6));
    }

    private static Sample restore(String peer, int round, double files, double answer) {
        return new Sample(Turns.NAME, "clinic", "warm", round, peer, Turns.RESTORE,
                Map.of(Figure.SECONDS, files + 1, Figure.FILES, files, Figure.ANSWER, answer));
    }

    private static Sample day(String scenario, String peer, int day, double megabytes) {
        return new Sample(scenario, "clinic", "warm", day, peer, Days.STEP,
                Map.of(Figure.SECONDS, 1.0, Figure.REPOSITORY,
                        megabytes * 1e6, Figure.PAGES, 1000.0, Figure.PAGES_CHANGED, day == 0 ? 0.0 : 25.0));
    }

    private static String report(Sample... samples) {
        return new Report(new Results(List.of("seed: 7", "ABSENT: wal-g"), List.of(samples)), "2026-11-20").text();
    }

    @Test
    void aRowHasMediansIntervalsAndPairedRatios() {
        var samples = new ArrayList<Sample>();
        for (var round = 0; round < 10; round++) {
            samples.add(first("muster", round, 1 + round));
            samples.add(first("pgbackrest-zst3", round, 2 + 2 * round));
        }
        var text = report(samples.toArray(Sample[]::new));

        assertThat(text).startsWith("Measured 2026-11-20.\n").contains("- seed: 7\n", "- ABSENT: wal-g\n");
        assertThat(text).contains("### First backup: clinic, warm cache");
        assertThat(text).contains("| muster | 5.50 (2.00 to 9.00) | 1.00 (1.00 to 1.00) | 11.00 + 0.50 | 64 |");
        assertThat(text).contains("| pgbackrest-zst3 | 11.00 (4.00 to 18.00) | 2.00 (2.00 to 2.00) |");
        assertThat(text).contains("| 100.0 | 12 |").doesNotContain("trust no difference");
    }

    @Test
    void tooFewRoundsAreSaidBesideTheTable() {
        assertThat(report(first("muster", 0, 1), first("muster", 1, 2)))
                .contains("Only 2 rounds: trust no difference here.");
        assertThat(report(first("muster", 0, 1), first("muster", 1, 1.1))).doesNotContain("trust no difference");
        assertThat(report(first("muster", 0, 1))).contains("Only 1 round: trust");
    }

    @Test
    void anUnchangedTreeIsAShareOfItsOwnFirst() {
        var text = report(first("muster", 0, 10), again("muster", 0, 1), first("muster", 1, 20), again("muster", 1, 2));

        assertThat(text).contains("| muster | 1.50 (1.00 to 2.00) | 0.10 (0.10 to 0.10) |",
                "| 3 + 1000 | 1000 | 1.5 |");
    }

    @Test
    void aRestoreIsComparedByItsFilesAndByItsServer() {
        var text = report(restore("muster", 0, 2, 4), restore("pgbackrest-zst3", 0, 3, 6),
                new Sample(Turns.NAME, "clinic", "warm", 0, "cp", Turns.RESTORE,
                        Map.of(Figure.SECONDS, 1.0, Figure.FILES, 1.0)));

        assertThat(text).contains("| muster | 2.00 | 1.00 | 2.00 | 3.00 | 4.00 | 1.00 |");
        assertThat(text).contains("| pgbackrest-zst3 | 3.00 | 1.50 | 3.00 | 4.00 | 6.00 | 1.50 |");
        assertThat(text).contains("| cp | 1.00 | 0.50 | 1.00 | 1.00 | – | – |");
    }

    @Test
    void daysEndWithWhatAllOfThemTake() {
        var text = report(day(Days.DAILY, "muster", 0, 10), day(Days.DAILY, "muster", 1, 12),
                day(Days.DAILY, "muster", 2, 14),
                day(Days.FULL, "pgbackrest-zst3", 0, 10), day(Days.FULL, "pgbackrest-zst3", 1, 20),
                day(Days.FULL, "pgbackrest-zst3", 2, 35));

        assertThat(text).contains("| muster | 1.00 | 10.0 | 1.00 (1.00 to 1.00) | 2.0 | 14.0 | 1.00 | 2.5 % |");
        assertThat(text).contains(
                "| pgbackrest-zst3, full each day | 1.00 | 10.0 | 1.00 (1.00 to 1.00) | 12.5 | 35.0 | 2.50 |");
    }

    @Test
    void aPeerThatFailedLeavesOnlyGaps() {
        assertThat(report(first("cp", 0, 1), again("muster", 0, 1))).contains("| cp | 1.00 | – |",
                "| muster | 1.00 | – |");
    }

    @Test
    void tablesGoBetweenTheirMarkersAndNothingElseChanges() {
        var document = "before\n" + Markers.begin("x") + "\nold\n" + Markers.end("x") + "\nafter\n";

        var once = Markers.replace(document, "x", "new\n\n| a |\n");

        assertThat(once)
                .isEqualTo("before\n" + Markers.begin("x") + "\nnew\n\n| a |\n" + Markers.end("x") + "\nafter\n");
        assertThat(Markers.replace(once, "x", "old")).isEqualTo(document);
    }

    @Test
    void markersThatAreNotThereOnceInOrderAreRefused() {
        var begin = Markers.begin("x");
        var end = Markers.end("x");
        for (var document : List.of("", begin, end, end + begin, begin + end + end, begin + begin + end)) {
            assertThatThrownBy(() -> Markers.replace(document, "x", "")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
