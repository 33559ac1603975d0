// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.disk.DirectoryTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DisksTest {

    @TempDir
    private Path folder;

    @Test
    void aLostDiskTakesEverythingOnItAndNothingElse() throws Exception {
        Disks disks = Disks.make(Optional.of(folder.resolve("new")), folder);
        Files.createDirectories(disks.data().resolve("base/1"));
        Files.writeString(disks.data().resolve("base/1/1259"), "x");
        Path outside = Files.writeString(disks.safe().resolve("kept"), "y");
        Files.createSymbolicLink(disks.primary().resolve("link"), disks.safe());

        DirectoryTree.remove(disks.primary());

        assertThat(disks.primary()).doesNotExist();
        assertThat(outside).hasContent("y");
        disks.remove();
        assertThat(disks.root()).doesNotExist();
    }

    @Test
    void aDirectoryThatHoldsSomethingIsRefusedAndLeftAlone() throws Exception {
        Path mine = Files.writeString(folder.resolve("mine"), "x");

        assertThatExceptionOfType(DemoFault.Directory.class).isThrownBy(() -> Disks.make(Optional.of(folder), folder))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo("demo.directory"));
        assertThat(mine).hasContent("x");
    }
}
