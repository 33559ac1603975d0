// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KernelPathTest {

    @TempDir
    private Path directory = Path.of("");

    private Path real = Path.of("");

    @BeforeEach
    void link() throws IOException {
        real = directory.toRealPath().resolve("real");
        Files.createDirectories(real.resolve("sub"));
        Files.createSymbolicLink(directory.resolve("link"), real.resolve("sub"));
        Files.createSymbolicLink(directory.resolve("broken"), directory.resolve("nowhere"));
    }

    @Test
    void whatIsAboveALinkIsAboveWhatItLeadsTo() throws IOException {
        var behind = directory.resolve("link/../x");
        Files.createDirectory(behind);

        assertThat(KernelPath.resolved(behind)).isEqualTo(real.resolve("x"));
        assertThat(Files.isSameFile(KernelPath.absolute(behind), behind)).as("the kernel agrees").isTrue();
    }

    @Test
    void aPathThatDoesNotGoUpKeepsItsLinks() throws IOException {
        assertThat(KernelPath.resolved(directory.resolve("./link/x"))).isEqualTo(directory.resolve("link/x"));
    }

    @Test
    void whatDoesNotExistYetLeadsNowhereElse() throws IOException {
        assertThat(KernelPath.resolved(directory.resolve("new/../x"))).isEqualTo(directory.resolve("x"));
        assertThat(KernelPath.resolved(Path.of("/../x"))).isEqualTo(Path.of("/x"));
        assertThat(KernelPath.resolved(Path.of("x"))).isEqualTo(Path.of("x").toAbsolutePath());
    }

    @Test
    void whatIsAboveABrokenLinkIsRefusedOrLeftAlone() {
        var broken = directory.resolve("broken/../x");

        assertThatThrownBy(() -> KernelPath.resolved(broken)).isInstanceOf(IOException.class)
                .hasMessageContaining("'..'");
        assertThat(KernelPath.absolute(broken)).isEqualTo(broken);
    }
}
