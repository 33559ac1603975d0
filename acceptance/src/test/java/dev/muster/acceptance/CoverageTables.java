// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The tables of docs/coverage, and the rule that docs/coverage.md states for them. */
record CoverageTables(String entry, Map<Chapter, String> chapters) {

    private static final Path ENTRY = Path.of("docs", "coverage.md");
    private static final int CELLS = 6;
    private static final List<String> STATES = List.of("planned", "partial", "done");
    private static final Set<String> AREAS = Set.of("CAT", "BKP", "SCH", "RST", "VER", "RET", "ALR", "RUN", "INF",
            "SEC", "OBJ", "INC", "CMP", "CNT");
    private static final String NOT_YET = ". Not yet: ";
    private static final Pattern BAR = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern TEST_NAME = Pattern.compile("[A-Z]\\w+#[a-z]\\w+");
    private static final Pattern ITALIC = Pattern.compile("(?<!\\*)\\*(?!\\*)([^*|\\n]+)\\*(?!\\*)");
    private static final Pattern COMMAND = Pattern.compile("`muster ([a-z]+)");
    private static final Pattern COMMAND_LIST = Pattern.compile("\\*\\*Commands\\.\\*\\*(.*?)\\.\\s", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([a-z]+)`");

    /** A file of the coverage with its rows, numbered from 1. */
    enum Chapter {
        CARE_COMMONS_RECOVERY("000-", "care-commons-recovery.md", 85), CARE_COMMONS_BACKUP("001-",
                "care-commons-backup.md", 108), MEDICALCOR("002-", "medicalcor.md", 96), REVRX("003-", "revrx.md",
                        124), KENEYAPP("004-", "keneyapp.md", 118), CONTRADICTIONS("C-", "contradictions.md", 40);

        final String prefix;
        final String file;
        final int rows;

        Chapter(String prefix, String file, int rows) {
            this.prefix = prefix;
            this.file = file;
            this.rows = rows;
        }

        String id(int number) {
            return "%s%02d".formatted(prefix, number);
        }
    }

    /** One line of a table; {@code kind} is the area, or for a contradiction the rows that it concerns. */
    record Row(String id, String kind, String said, String answer, String state, List<String> tests) {

        static Row of(String line) {
            var cells = Arrays.stream(BAR.split(line, -1)).map(String::strip).toList();
            if (cells.size() != CELLS + 2) {
                throw new IllegalArgumentException("not " + CELLS + " cells: " + line);
            }
            var tests = cells.get(6).isEmpty()
                    ? List.<String>of()
                    : List.of(cells.get(6).replace("`", "").split(", *"));
            return new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4), cells.get(5), tests);
        }
    }

    static CoverageTables read(Path root) {
        var chapters = new EnumMap<Chapter, String>(Chapter.class);
        for (var chapter : Chapter.values()) {
            chapters.put(chapter, text(root.resolve("docs").resolve("coverage").resolve(chapter.file)));
        }
        return new CoverageTables(text(root.resolve(ENTRY)), chapters);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of a chapter: those of its table whose first column is headed Row. */
    List<Row> rows(Chapter chapter) {
        var text = chapters.getOrDefault(chapter, "");
        var start = text.indexOf("\n| Row |");
        if (start < 0) {
            return List.of();
        }
        return text.substring(start + 1).lines().takeWhile(line -> line.startsWith("|")).skip(2).map(Row::of).toList();
    }

    /** Everything that breaks the rule, one sentence each; empty when all is well. */
    List<String> problems(Predicate<String> testExists) {
        var problems = new ArrayList<String>();
        for (var chapter : Chapter.values()) {
            problems.addAll(identities(chapter));
            for (var row : rows(chapter)) {
                problems.addAll(contents(chapter, row));
                problems.addAll(states(row, testExists));
                problems.addAll(names(row));
            }
        }
        problems.addAll(totals());
        return problems;
    }

    private List<String> identities(Chapter chapter) {
        var problems = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (var row : rows(chapter)) {
            if (!seen.add(row.id())) {
                problems.add(row.id() + " occurs twice");
            }
        }
        for (var number = 1; number <= chapter.rows; number++) {
            if (!seen.remove(chapter.id(number))) {
                problems.add(chapter.id(number) + " is missing");
            }
        }
        seen.forEach(id -> problems.add(id + " is unknown in " + chapter.file));
        return problems;
    }

    private static List<String> contents(Chapter chapter, Row row) {
        var problems = new ArrayList<String>();
        if (row.kind().isEmpty() || row.said().isEmpty() || row.answer().isEmpty()) {
            problems.add(row.id() + " has an empty cell");
        }
        if (chapter != Chapter.CONTRADICTIONS && !AREAS.containsAll(List.of(row.kind().split("/", -1)))) {
            problems.add(row.id() + " has the unknown area " + row.kind());
        }
        return problems;
    }

    private static List<String> states(Row row, Predicate<String> testExists) {
        var problems = new ArrayList<String>();
        if (!STATES.contains(row.state())) {
            problems.add(row.id() + " has the unknown state " + row.state());
        }
        if (row.state().equals("done") == row.tests().isEmpty()) {
            problems.add(
                    row.id() + (row.tests().isEmpty() ? " is done without a test" : " names a test and is not done"));
        }
        if (row.state().equals("partial") != row.answer().contains(NOT_YET)) {
            problems.add(row.id() + (row.state().equals("partial")
                    ? " is partial and does not say what is missing"
                    : " says what is missing and is not partial"));
        }
        for (var test : row.tests()) {
            if (!TEST_NAME.matcher(test).matches() || !testExists.test(test)) {
                problems.add(row.id() + " names a test that does not run: " + test);
            }
        }
        return problems;
    }

    private List<String> names(Row row) {
        var problems = new ArrayList<String>();
        var explained = all(ITALIC, entry);
        for (var name : all(ITALIC, row.answer())) {
            if (!explained.contains(name)) {
                problems.add(row.id() + " uses a name that the entry does not explain: " + name);
            }
        }
        var commands = COMMAND_LIST.matcher(entry);
        var known = commands.find() ? all(CODE, commands.group(1)) : Set.of();
        for (var command : all(COMMAND, row.answer())) {
            if (!known.contains(command)) {
                problems.add(row.id() + " uses an unknown command: " + command);
            }
        }
        return problems;
    }

    private List<String> totals() {
        var problems = new ArrayList<String>();
        var plans = new ArrayList<Row>();
        for (var chapter : Chapter.values()) {
            var rows = rows(chapter);
            if (chapter != Chapter.CONTRADICTIONS) {
                plans.addAll(rows);
            }
            var line = Pattern
                    .compile("\\| \\[[^]]+]\\(coverage/%s\\) \\(%s\\) \\| %d \\| %d \\| %d \\| %d \\|".formatted(
                            Pattern.quote(chapter.file), chapter.prefix.replace("-", ""), rows.size(),
                            count(rows, "planned"),
                            count(rows, "partial"), count(rows, "done")));
            if (!line.matcher(entry).find()) {
                problems.add("the line of " + chapter.file + " does not equal its table: " + sum(rows));
            }
        }
        var contradictions = rows(Chapter.CONTRADICTIONS);
        var total = "\nTotals: %d rows: %s; %d contradictions: %s.\n".formatted(plans.size(), sum(plans),
                contradictions.size(), sum(contradictions));
        if (!entry.contains(total)) {
            problems.add("the totals do not equal the tables:" + total.stripTrailing());
        }
        return problems;
    }

    private static String sum(List<Row> rows) {
        return "%d planned, %d partial, %d done".formatted(count(rows, "planned"), count(rows, "partial"),
                count(rows, "done"));
    }

    private static long count(List<Row> rows, String state) {
        return rows.stream().filter(row -> row.state().equals(state)).count();
    }

    private static Set<String> all(Pattern pattern, String text) {
        return Set.copyOf(pattern.matcher(text).results().map(found -> found.group(1)).toList());
    }
}
