// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.fixture.ChildJava;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class BigCaptureTest {

    @TempDir
    private Path directory;

    @Test
    void twoGibibytesNeedAHeapOfAQuarter() throws Exception {
        String printed =
                ChildJava.run(BigCapture.class, Duration.ofMinutes(8), "-Xmx256m", directory.toString(), "2048");
        assertThat(printed).contains("2048 MiB in 32 files").contains("heap 256 MiB").contains("all read back");
    }
}
