// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.disk.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PaceFileTest {

    private static final Measured MEASURED =
            new Measured(Optional.of(new Measurement(400_000_000, Duration.ofSeconds(4))),
                    Optional.of(new Measurement(100_000_000, Duration.ofMillis(1_500))),
                    Optional.of(Duration.ofSeconds(2)));
    private static final String TEXT = """
            muster pace 1
            copy 400000000 4000000000
            replay 100000000 1500000000
            rest 2000000000
            end
            """;

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("state/pace/clinic");
    }

    private PaceFile holding(String text) throws IOException {
        Files.createDirectories(path().resolveSibling(""));
        Files.writeString(path(), text);
        return new PaceFile(path());
    }

    private static List<String> reasons(PaceFile file) {
        return file.read().forecast(1L << 40, 1L << 40).reasons();
    }

    @Test
    void whatIsRememberedComesBackAndIsItsOwnersAlone() throws Exception {
        var file = new PaceFile(path());
        assertThat(file.read()).isEqualTo(Pace.unknown());

        file.add(MEASURED);
        assertThat(path()).hasContent(TEXT);
        file.add(new Measured(Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(9))));

        assertThat(new PaceFile(path()).read()).isEqualTo(new Pace(List.of(MEASURED.copy().orElseThrow()),
                List.of(MEASURED.replay().orElseThrow()), List.of(Duration.ofSeconds(2), Duration.ofSeconds(9)),
                Optional.empty()));
        try (var files = Files.walk(folder.resolve("state"))) {
            for (var each : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each))).as(each.toString())
                        .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "end", "muster pace 1", "muster pace 1\ncopy 1 1", "muster pace 0\nend",
            "muster pace 1\ncopy 1\nend", "muster pace 1\ncopy 0 1\nend", "muster pace 1\ncopy 1 -1\nend",
            "muster pace 1\nrest -1\nend", "muster pace 1\nrest\nend", "muster pace 1\nrest x\nend",
            "muster pace 1\ncopy 99999999999999999999 1\nend", "\u00ff\u0000"})
    void whatIsDamagedIsNoForecastAndIsBegunAnew(String text) throws Exception {
        var file = holding(text);
        assertThat(reasons(file)).containsExactly("what was measured here cannot be read, " + path());

        file.add(MEASURED);

        assertThat(path()).hasContent(TEXT);
    }

    @Test
    void aLineThatIsNotKnownIsPassedOver() throws Exception {
        assertThat(holding("muster pace 1\nmood good\nrest 1\nend\n").read().rests())
                .containsExactly(Duration.ofNanos(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"muster pace 2\n", "muster pace 17\nanything\n"})
    void aNewerVersionIsNoForecastAndStaysAsItIs(String text) throws Exception {
        var file = holding(text);
        assertThat(reasons(file)).containsExactly("what was measured here was written by a newer Muster");

        file.add(MEASURED);

        assertThat(path()).hasContent(text);
    }

    @Test
    void whatCannotBeReadOrIsFarTooLargeIsNoForecast() throws Exception {
        Files.createDirectories(path());
        assertThat(reasons(new PaceFile(path()))).singleElement().asString().contains("cannot be read");
        Files.delete(path());
        assertThat(reasons(holding("muster pace 1\n" + "x".repeat(70_000) + "\nend\n"))).singleElement().asString()
                .contains("cannot be read");
    }

    @Test
    void whatCannotBeWrittenIsSaidToWhoAsks() throws Exception {
        Files.writeString(folder.resolve("state"), "no directory");

        assertThatThrownBy(() -> new PaceFile(path()).add(MEASURED)).isInstanceOf(IOException.class);
    }

    @Test
    void whileSomebodyElseWritesNothingIsChanged() throws Exception {
        var file = holding(TEXT);
        try (var channel = OwnerOnly.open(path().resolveSibling("clinic.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            file.add(MEASURED);
        }
        assertThat(path()).hasContent(TEXT);
    }
}
