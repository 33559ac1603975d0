// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import static org.assertj.core.api.Assertions.assertThat;

class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line = new CommandLine(
            new Terminal(new PrintWriter(out), new PrintWriter(err), Optional::empty, false),
            Map.of(), new Sink());

    private static final class Sunk extends Fault {

        Sunk(Notice notice) {
            super(notice);
        }
    }

    @Command(name = "sink", description = "Fails as asked.")
    static final class Sink implements Runnable {

        @Option(names = "--defect")
        private boolean defect;

        @Override
        public void run() {
            if (defect) {
                throw new IllegalStateException("leaking");
            }
            throw new Sunk(Notice.of("ship.sunk", "The ship is under water", "Vasa", "Build a wider one.").damage()
                    .because(new IOException("gun ports open")));
        }
    }

    @Test
    void theVersionIsWhatTheBuildWroteDown() {
        assertThat(line.run("--version")).isZero();
        assertThat(out.toString()).matches("muster \\d+\\.\\d+\\.\\d+.*\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesTheCommandsAndTheExitStatuses() {
        assertThat(line.run("--help")).isZero();
        assertThat(out.toString()).contains("sink", "Fails as asked.", "3   damage found");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(line.run()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: muster");
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(line.run("--sideways")).isEqualTo(2);
        assertThat(err.toString()).contains("Unknown option: '--sideways'");
    }

    @Test
    void aFaultSaysWhatHappenedWhatToDoAndItsCode() {
        assertThat(line.run("sink")).isEqualTo(3);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).containsExactly(
                "error: The ship is under water: Vasa",
                "  Build a wider one.",
                "  because: gun ports open",
                "  code: ship.sunk");
    }

    @Test
    void aDefectIsAFailureWithItsTrace() {
        assertThat(line.run("sink", "--defect")).isEqualTo(1);
        assertThat(err.toString()).contains("a defect in Muster itself", "leaking", "at dev.muster.cli.");
    }
}
