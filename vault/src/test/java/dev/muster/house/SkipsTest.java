// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SkipsTest {

    @TempDir
    private Path reports;

    @BeforeEach
    void writeReport() throws Exception {
        Files.writeString(reports.resolve("TEST-dev.muster.mount.MountTest.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="dev.muster.mount.MountTest" tests="2" skipped="1">
                  <testcase name="aFileIsRead" classname="dev.muster.mount.MountTest"/>
                  <testcase name="aFileIsMounted(String)[1]" classname="dev.muster.mount.MountTest">
                    <skipped message="Assumption failed: no /dev/fuse"/>
                  </testcase>
                </testsuite>
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# dev.muster.mount.MountTest * nothing",
            "dev.muster.mount.MountTest aFileIsRead a reason", "dev.muster.mount.OtherTest * a reason"})
    void aSkippedTestThatIsNotListedIsFound(String list) throws Exception {
        assertThat(Skips.check(reports, Skips.read(list))).singleElement()
                .asString()
                .contains("dev.muster.mount.MountTest: aFileIsMounted(String)[1] was skipped")
                .contains("no /dev/fuse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.muster.mount.MountTest aFileIsMounted the machine has no /dev/fuse",
            "dev.muster.mount.MountTest * the machine has no /dev/fuse"})
    void aListedSkipPasses(String list) throws Exception {
        assertThat(Skips.check(reports, Skips.read(list))).isEmpty();
    }

    @Test
    void aLineWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> Skips.read("dev.muster.mount.MountTest *")).hasMessageContaining("no reason given");
    }
}
