// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs in the verify phase of each module, after its tests; its name keeps it out of the test phase. */
class SkippedTestsCheck {

    @Test
    void everySkippedTestIsOnTheListWithItsReason() throws Exception {
        var root = Path.of(System.getProperty("muster.root"));
        var reports = Path.of(System.getProperty("muster.module"), "target/surefire-reports");
        var allowed = Skips.read(Files.readString(root.resolve("acceptance/skips.txt")));
        assertThat(Skips.check(reports, allowed)).isEmpty();
    }
}
