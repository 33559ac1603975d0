// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.acceptance.CoverageTables.Chapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds docs/coverage to its own rule, and the check to the mistakes that it is there to find. */
class CoverageTest {

    private static final Path ROOT = Path.of(System.getProperty("muster.root", ".."));
    private static final String ANY_ROW = "000-13";
    private static final String PLANNED = "| 000-13 | OBJ | A promise | `muster points` and a *scale* | planned |  |\n";
    private static final String OWN_TEST = "CoverageTest#theCoverageKeepsItsRule";

    @Test
    void theCoverageKeepsItsRule() {
        assertThat(problems(CoverageTables.read(ROOT))).isEmpty();
    }

    @Test
    void thePlansHaveAllTheirRowsAndContradictions() {
        var tables = CoverageTables.read(ROOT);
        var rows = Arrays.stream(Chapter.values()).mapToInt(chapter -> tables.rows(chapter).size());
        assertThat(rows.sum()).isEqualTo(531 + 40);
    }

    @Test
    void aCoverageWithNothingWrongHasNoProblems() {
        assertThat(problemsWhen(PLANNED, PLANNED)).isEmpty();
    }

    @Test
    void aMissingRowIsFound() {
        assertThat(problemsWhen(PLANNED, "")).contains(ANY_ROW + " is missing");
    }

    @Test
    void aRowThatOccursTwiceIsFound() {
        assertThat(problemsWhen(PLANNED, PLANNED + PLANNED)).contains(ANY_ROW + " occurs twice");
    }

    @Test
    void anUnknownRowIsFound() {
        assertThat(problemsWhen(PLANNED, PLANNED + PLANNED.replace(ANY_ROW, "000-86")))
                .contains("000-86 is unknown in care-commons-recovery.md");
    }

    @Test
    void anUnknownStateIsFound() {
        assertThat(problemsWhen(PLANNED, PLANNED.replace("| planned |", "| nearly |")))
                .contains(ANY_ROW + " has the unknown state nearly");
    }

    @Test
    void anUnknownAreaIsFound() {
        assertThat(problemsWhen(PLANNED, PLANNED.replace("| OBJ |", "| OBX |")))
                .contains(ANY_ROW + " has the unknown area OBX");
    }

    @Test
    void anEmptyAnswerIsFound() {
        assertThat(problemsWhen(PLANNED, "| 000-13 | OBJ | Something |  | planned |  |\n"))
                .contains(ANY_ROW + " has an empty cell");
    }

    @Test
    void aDoneRowWithoutATestIsFound() {
        assertThat(problemsWhen(PLANNED, done(""))).contains(ANY_ROW + " is done without a test");
    }

    @Test
    void aDoneRowWithATestThatDoesNotExistIsFound() {
        assertThat(problemsWhen(PLANNED, done("CoverageTest#nothingOfTheKind")))
                .contains(ANY_ROW + " names a test that does not run: CoverageTest#nothingOfTheKind");
    }

    @Test
    void aTestOnARowThatIsNotDoneIsFound() {
        assertThat(problemsWhen(PLANNED, done(OWN_TEST).replace("| done |", "| partial |")))
                .contains(ANY_ROW + " names a test and is not done");
    }

    @Test
    void aPartialRowThatDoesNotSayWhatIsMissingIsFound() {
        assertThat(problemsWhen(PLANNED, PLANNED.replace("| planned |", "| partial |")))
                .contains(ANY_ROW + " is partial and does not say what is missing");
    }

    @Test
    void aRowThatLacksSomethingAndIsNotPartialIsFound() {
        assertThat(problemsWhen(PLANNED, done(OWN_TEST).replace("An answer", "An answer. Not yet: the rest")))
                .contains(ANY_ROW + " says what is missing and is not partial");
    }

    @Test
    void totalsThatWereNotKeptAreFound() {
        assertThat(problemsWhen(PLANNED, done(OWN_TEST))).hasSize(2).allMatch(problem -> problem.contains("not equal"));
    }

    @Test
    void aDoneRowWithItsTestAndItsTotalsIsRight() {
        var entry = entry().replace("531 rows: 531 planned, 0 partial, 0 done",
                "531 rows: 530 planned, 0 partial, 1 done").replace("| 85 | 85 | 0 | 0 |", "| 85 | 84 | 0 | 1 |");
        assertThat(problems(new CoverageTables(entry, chapters(PLANNED, done(OWN_TEST))))).isEmpty();
    }

    @Test
    void aNameThatIsNotExplainedIsFound() {
        assertThat(
                problemsWhen(PLANNED, PLANNED.replace("`muster points` and a *scale*", "`muster hope` and a *wish*")))
                .contains(ANY_ROW + " uses a name that the entry does not explain: wish",
                        ANY_ROW + " uses an unknown command: hope");
    }

    @Test
    void onlyTestsThatRunCount() {
        var sources = new TestSources(Map.of("SomeTest", """
                class SomeTest {

                    @Test
                    void runs() {
                    }

                    @Disabled
                    @Test
                    void isDisabled() {
                    }

                    private void isNoTest() {
                    }
                }
                """));
        assertThat(sources.runs("SomeTest#runs")).isTrue();
        assertThat(sources.runs("SomeTest#isDisabled")).isFalse();
        assertThat(sources.runs("SomeTest#isNoTest")).isFalse();
        assertThat(sources.runs("SomeTest#isAbsent")).isFalse();
        assertThat(sources.runs("OtherTest#runs")).isFalse();
    }

    private static String done(String test) {
        return "| 000-13 | OBJ | A promise | An answer | done | " + test + " |\n";
    }

    private static List<String> problemsWhen(String before, String after) {
        return problems(new CoverageTables(entry(), chapters(before, after)));
    }

    private static List<String> problems(CoverageTables tables) {
        try {
            return tables.problems(TestSources.read(ROOT)::runs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry that explains one command and one name, with the totals of a coverage in which all is planned. */
    private static String entry() {
        var entry = new StringBuilder("""
                # Coverage

                Totals: 531 rows: 531 planned, 0 partial, 0 done; 40 contradictions: 40 planned, 0 partial, 0 done.

                **Commands.** `muster` with `points`, `status`.

                **Steps**: *scale*.

                """);
        for (var chapter : Chapter.values()) {
            entry.append("| [A plan](coverage/%s) (%s) | %d | %d | 0 | 0 |\n".formatted(chapter.file,
                    chapter.prefix.replace("-", ""), chapter.rows, chapter.rows));
        }
        return entry.toString();
    }

    /** Every row planned, except that {@code before} is replaced by {@code after}. */
    private static Map<Chapter, String> chapters(String before, String after) {
        var chapters = new EnumMap<Chapter, String>(Chapter.class);
        for (var chapter : Chapter.values()) {
            var text = new StringBuilder("# A plan\n\n| Row | Area | Promise | Answer | State | Test |\n|---|---|\n");
            for (var number = 1; number <= chapter.rows; number++) {
                text.append(PLANNED.replace(ANY_ROW, chapter.id(number)));
            }
            chapters.put(chapter, text.toString().replace(before, after));
        }
        return chapters;
    }
}
