// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A destination is the directory that the kernel would take, not the one that its name looks like. */
class DestinationTest {

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
    void whatIsAboveALinkIsAboveWhatItLeadsTo() {
        var behind = directory.resolve("link/../x");

        assertThat(Destination.of(behind).directory()).isEqualTo(real.resolve("x"));
        assertThat(Destination.of(directory).with(7, behind).tablespaces()).containsEntry(7L, real.resolve("x"));
    }

    @Test
    void whatIsAboveABrokenLinkIsRefused() {
        var broken = directory.resolve("broken/../x");

        assertThatThrownBy(() -> Destination.of(broken)).isInstanceOf(RestoreFault.DirectoryRefused.class)
                .hasMessageContaining("'..'");
        assertThatThrownBy(() -> Destination.of(directory).with(7, broken))
                .isInstanceOf(RestoreFault.TablespaceRefused.class);
    }
}
