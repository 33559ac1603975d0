// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SpoolLockTest {

    @TempDir
    Path directory;

    @Test
    void oneAtATimeAndWhoComesSecondIsToldWhoWasFirst() throws Exception {
        var spool = directory.resolve("state/spool/clinic");
        try (var _ = SpoolLock.take(spool, 4711)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool))).isEqualTo("rwx------");
            assertThatThrownBy(() -> SpoolLock.take(spool, 4712)).isInstanceOf(ReceiverFault.SpoolInUse.class)
                    .hasMessageContaining("process 4711");
        }
        SpoolLock.take(spool, 4713).close();
    }
}
