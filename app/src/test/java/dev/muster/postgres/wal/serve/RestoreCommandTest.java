// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.work.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The script, run by the shells that this machine has, as PostgreSQL would run it. */
class RestoreCommandTest {

    private static final String NAME = "000000010000000000000007";

    @TempDir
    Path directory;

    private Stage stage;
    private Path target;

    @BeforeEach
    void make() {
        stage = Stage.make(directory.resolve("it's a stage"), _ -> {});
        stage.beat(1);
        target = directory.resolve("RECOVERYXLOG");
    }

    /** {@code sh} is there always; others where they are. */
    static Stream<List<String>> shells() {
        var shells = new ArrayList<>(List.of(List.of("/bin/sh")));
        for (var other : List.of(List.of("/bin/dash"), List.of("/bin/bash", "--posix"),
                List.of("/bin/busybox", "sh"))) {
            if (Files.isExecutable(Path.of(other.getFirst()))) {
                shells.add(other);
            }
        }
        return shells.stream();
    }

    /** As PostgreSQL does it: placeholders replaced, then the shell's -c; the inner sh is the machine's own. */
    private Process start(List<String> shell, String name, String to) throws IOException {
        return start(shell, stage.restoreCommand(), name, to);
    }

    private static Process start(List<String> shell, String restoreCommand, String name, String to)
            throws IOException {
        var outer = new ArrayList<>(shell);
        outer.addAll(List.of("-c", restoreCommand.replace("sh '", String.join(" ", shell) + " '").replace("%f", name)
                .replace("%p", to)
                .replace("%%", "%")));
        return new ProcessBuilder(outer).redirectErrorStream(true).start();
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void awaitWanted() throws InterruptedException {
        var wait = new Wait(System::nanoTime);
        assertThat(wait.until(() -> stage.wanted().contains(NAME), Duration.ofSeconds(30))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsReadyIsDeliveredAtOnce(List<String> shell) throws Exception {
        stage.deliver(NAME, new byte[]{1, 2, 3});
        assertThat(exit(start(shell, NAME, target.toString()))).isZero();
        assertThat(target).hasBinaryContent(new byte[]{1, 2, 3});
        assertThat(stage.ready()).isEmpty();
        assertThat(stage.wanted()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsWantedIsWaitedFor(List<String> shell) throws Exception {
        var process = start(shell, NAME, target.toString());
        awaitWanted();
        stage.deliver(NAME, new byte[]{4});
        assertThat(exit(process)).isZero();
        assertThat(target).hasBinaryContent(new byte[]{4});
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatAServerBeforeWantedIsNotWantedAnyMore(List<String> shell) throws Exception {
        Files.createFile(stage.directory().resolve("want").resolve("000000010000000000000009"));
        Files.createFile(stage.directory().resolve("failed").resolve(NAME));
        var process = start(shell, NAME, target.toString());
        awaitWanted();
        assertThat(stage.wanted()).containsExactly(NAME);
        stage.deliver(NAME, new byte[]{6});
        assertThat(exit(process)).isZero();
        assertThat(stage.wanted()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsAbsentForCertainIsSaidToBeAndAskedForAnewTheNextTime(List<String> shell) throws Exception {
        var process = start(shell, NAME, target.toString());
        awaitWanted();
        stage.absent(NAME);
        assertThat(exit(process)).isEqualTo(RestoreCommand.ABSENT);
        stage.absent(NAME);
        var again = start(shell, NAME, target.toString());
        awaitWanted();
        stage.deliver(NAME, new byte[]{5});
        assertThat(exit(again)).isZero();
        assertThat(target).hasBinaryContent(new byte[]{5});
    }

    @ParameterizedTest
    @MethodSource("shells")
    void troubleStopsTheRecoveryAndSaysWhy(List<String> shell) throws Exception {
        var process = start(shell, NAME, target.toString());
        awaitWanted();
        stage.failed(NAME, "the log has a gap");
        assertThat(exit(process)).isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
        assertThat(output(process)).contains("muster: the log has a gap");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whenNobodyServesAnyMoreTheRecoveryStops(List<String> shell) throws Exception {
        // The beat stands still: whoever served was killed.
        var process = start(shell, NAME, target.toString());
        assertThat(exit(process)).isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
        assertThat(output(process)).contains("any more");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void withoutAStageTheRecoveryStops(List<String> shell) throws Exception {
        var process = start(shell, NAME, target.toString());
        awaitWanted();
        stage.remove();
        assertThat(exit(process)).isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
        // The script is gone too.
        assertThat(exit(start(shell, NAME, target.toString()))).isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aScriptWithoutAStageIsTrouble(List<String> shell) throws Exception {
        var script = directory.resolve("kept.sh");
        Files.copy(stage.directory().resolve("restore.sh"), script);
        stage.remove();
        assertThat(exit(start(shell, RestoreCommand.command(script), NAME, target.toString())))
                .isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatCannotBePutInPlaceIsTrouble(List<String> shell) throws Exception {
        stage.deliver(NAME, new byte[]{1});
        assertThat(exit(start(shell, NAME, directory.resolve("no/where").toString())))
                .isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
        for (var name : List.of("", "../../etc/passwd", "0000000100000000\n0000000700000000", "a b", "$x")) {
            assertThat(exit(start(shell, name, target.toString()))).as(name)
                    .isGreaterThanOrEqualTo(RestoreCommand.TROUBLE);
        }
    }

    @Test
    void theCommandSurvivesTheServersOwnPlaceholders() {
        assertThat(RestoreCommand.command(Path.of("/a%b/it's/restore.sh")))
                .isEqualTo("sh '/a%%b/it'\\''s/restore.sh' '%f' '%p'; "
                        + "case $? in 0) exit 0;; 101) exit 1;; esac; exit 126");
    }
}
