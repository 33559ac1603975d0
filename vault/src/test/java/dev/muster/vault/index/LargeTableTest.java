// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.fixture.ChildJava;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LargeTableTest {

    @TempDir
    private Path directory;

    @Test
    void fiveMillionBlocksNeedASmallHeap() throws Exception {
        assertThat(run(5_000_000, "-Xmx48m", Duration.ofMinutes(3))).contains("100000 found");
    }

    /** About 12 GB of disk and some minutes: 80 million blocks are 5 TB. */
    @Test
    @Tag("long")
    void eightyMillionBlocksNeedASmallHeap() throws Exception {
        assertThat(run(80_000_000, "-Xmx256m", Duration.ofHours(1))).contains("100000 found");
    }

    private String run(long blocks, String heap, Duration atMost) throws Exception {
        return ChildJava.run(LargeTable.class, atMost, heap, directory.toString(), Long.toString(blocks), "1");
    }
}
