// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Against the real bench/meter and the real /proc. */
class MeterTest {

    private static final Path SCRIPT = Path.of(System.getProperty("muster.module", "."), "meter").toAbsolutePath();

    @TempDir
    Path room;

    /** Some kernels and containers leave it out: acceptance/skips.txt. */
    @BeforeEach
    void theKernelCountsBytes() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/io")));
    }

    private Map<String, Double> run(String... command) throws Exception {
        return new Meter(new Machine(Optional.empty()), SCRIPT, System::nanoTime).run(List.of(command),
                Map.of("WHO", "you"),
                room, process -> {});
    }

    @Test
    void bytesThatAGrandchildReadAreCounted() throws Exception {
        Files.write(room.resolve("file"), new byte[3_000_000]);

        var figures = run("bash", "-c", "bash -c 'cat \"$1\" >/dev/null; true' bash \"$0\"; true",
                room.resolve("file").toString());

        assertThat(figures.get(Figure.READ)).isBetween(3_000_000.0, 4_000_000.0);
        assertThat(figures.get(Figure.SECONDS)).isGreaterThan(figures.get(Figure.SYNC));
        assertThat(figures).containsKeys(Figure.CPU, Figure.PEAK, Figure.DISK_READ, Figure.DISK_WRITTEN);
    }

    @Test
    void theCommandHasItsEnvironment() throws Exception {
        assertThat(run("bash", "-c", "echo \"for $WHO\" >\"$0\"", room.resolve("told").toString())).isNotEmpty();
        assertThat(room.resolve("told")).hasContent("for you");
    }

    @Test
    void whatFailsIsNotTimedAndSaysWhatItSaid() {
        assertThatThrownBy(() -> run("bash", "-c", "echo no room left; exit 7"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended with 7").hasMessageContaining("no room left");
    }
}
