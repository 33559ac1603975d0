// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServerLogTest {

    private static final String AT = "2026-11-20 13:01:22.587 GMT [10188] ";

    @TempDir
    private Path directory;

    @Test
    void aLineIsReadIntoItsParts() {
        assertThat(LogLine.parse(AT + "LOG:  database system is ready to accept connections"))
                .isEqualTo(new LogLine(Optional.of(Instant.parse("2026-11-20T13:01:22.587Z")), OptionalLong.of(10188),
                        LogLine.Severity.LOG, "database system is ready to accept connections"));
        assertThat(LogLine.parse(AT + "DEBUG2:  x").severity()).isEqualTo(LogLine.Severity.DEBUG);
        assertThat(LogLine.parse("cp: cannot stat").severity()).isEqualTo(LogLine.Severity.OTHER);
    }

    @Test
    void aMessageOfSeveralLinesIsOneRecord() throws Exception {
        var log = log(AT + "ERROR:  syntax error\n" + AT + "STATEMENT:  select\n\t1;\n\tselect 2\n" + AT + "LOG:  x\n");

        assertThat(log.tail(10)).extracting(LogLine::text).containsExactly("syntax error", "select\n1;\nselect 2", "x");
        assertThat(log.tail(1)).extracting(LogLine::text).containsExactly("x");
    }

    @Test
    void aLongLogIsReadInBoundedParts() throws Exception {
        var lines = 20_000;
        var content = new StringBuilder();
        for (var i = 0; i < lines; i++) {
            content.append(AT).append("LOG:  line ").append(i).append('\n');
        }
        var log = log(content.toString());

        assertThat(log.tail(3)).extracting(LogLine::text).containsExactly("line 19997", "line 19998", "line 19999");
        var read = new ArrayList<String>();
        var offset = log.start();
        var parts = 0;
        for (var page = log.from(offset); !page.lines().isEmpty(); page = log.from(offset)) {
            page.lines().forEach(line -> read.add(line.text()));
            offset = page.next();
            parts++;
        }
        assertThat(read).hasSize(lines).startsWith("line 0").endsWith("line 19999").doesNotHaveDuplicates();
        assertThat(parts).isGreaterThan(1);
    }

    @Test
    void aLineThatIsStillBeingWrittenWaitsForItsEnd() throws Exception {
        var log = log(AT + "LOG:  whole\n" + AT + "LOG:  ha");
        var first = log.from(log.start());
        Files.writeString(log.file(), "lf\n", StandardOpenOption.APPEND);

        assertThat(first.lines()).extracting(LogLine::text).containsExactly("whole");
        assertThat(log.from(first.next()).lines()).extracting(LogLine::text).containsExactly("half");
    }

    @Test
    void aLineWithoutEndDoesNotStopTheReading() throws Exception {
        var log = log("x".repeat(600_000) + "\n" + AT + "LOG:  after\n");
        var offset = log.start();
        var last = "";
        for (var page = log.from(offset); page.next() > offset; page = log.from(offset)) {
            offset = page.next();
            last = page.lines().getLast().text();
        }

        assertThat(last).isEqualTo("after");
        assertThat(log.tail(1).getFirst().text()).isEqualTo("after");
    }

    @Test
    void theComplaintQuotesFailuresAndNoStatements() throws Exception {
        var log = log(AT + "ERROR:  duplicate key\n" + AT + "DETAIL:  Key (ssn)=(078-05-1120) already exists.\n" + AT
                + "STATEMENT:  insert into patient values ('078-05-1120')\n" + AT + "FATAL:  could not open file\n"
                + AT + "HINT:  Look.\n" + AT + "LOG:  database system is shut down\n");

        assertThat(log.complaint()).isEqualTo("could not open file; Look.");
    }

    @Test
    void withoutAFailureTheComplaintIsTheLastMessage() throws Exception {
        assertThat(log(AT + "LOG:  starting\n" + AT + "LOG:  redo starts at 0/1\n").complaint())
                .isEqualTo("redo starts at 0/1");
        assertThat(log("").complaint()).isEqualTo("nothing in its log");
    }

    @Test
    void whatEarlierRunsWroteIsNotRead() throws Exception {
        var file = Files.writeString(directory.resolve("log"), AT + "FATAL:  long ago\n");
        var log = new ServerLog(file, Files.size(file));
        Files.writeString(file, AT + "LOG:  now\n", StandardOpenOption.APPEND);

        assertThat(log.tail(10)).extracting(LogLine::text).containsExactly("now");
    }

    @Test
    void aLogThatHasGoneIsEmpty() {
        assertThat(new ServerLog(directory.resolve("gone"), 0).tail(10)).isEmpty();
    }

    private ServerLog log(String content) throws IOException {
        return new ServerLog(Files.writeString(directory.resolve("log"), content), 0);
    }
}
