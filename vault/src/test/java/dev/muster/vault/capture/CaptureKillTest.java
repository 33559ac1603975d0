// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.ChildJava;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that captures is ended at each crash point, again and again into the same repository and state directory. */
class CaptureKillTest {

    private static final List<String> BEFORE_COMMIT =
            List.of("after-announce", "after-refresh", "after-data", "after-tree",
                    "before-propose", "after-propose", "before-commit");
    private static final List<String> AFTER_COMMIT = List.of("after-commit", "before-roll", "after-roll");

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();

    @Test
    void whereverACaptureIsKilledTheNextOneGoesOn() throws Exception {
        try (Store store = FileStore.create(directory.resolve("store"), new SecureRandom())) {
            TestVault.create(store, directory.resolve("state"), clock).close();
        }
        int expected = 0;
        long seed = 1;
        for (String point : BEFORE_COMMIT) {
            kill(point, seed);
            expectSnapshots(expected);
        }
        for (String point : AFTER_COMMIT) {
            seed += 10;
            kill(point, seed);
            expected++;
            expectSnapshots(expected);
        }
        try (Store store = FileStore.open(directory.resolve("store"), new SecureRandom())) {
            Vault vault = TestVault.open(store, directory.resolve("state"), clock);
            SnapshotHead head = TestVault.capture(vault, KilledCapture.tree(seed));
            assertThat(head.body().counts().newFrameBytes()).isZero();
            assertThat(SourceTree.read(vault.read(head))).isEqualTo(KilledCapture.tree(seed));
            assertThat(vault.catalog().unjournaled()).isEmpty();
            SnapshotHead first = TestVault.capture(vault, KilledCapture.tree(1));
            assertThat(first.body().counts().newFrameBytes()).as("what the first one uploaded is adopted").isZero();
        }
    }

    private void kill(String point, long seed) throws Exception {
        Path output = directory.resolve("output");
        Process process = ChildJava.start(KilledCapture.class, "-Xmx256m", output,
                directory.resolve("store").toString(), directory.resolve("state").toString(), "capture." + point,
                Long.toString(seed));
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(KilledCapture.KILLED);
    }

    private void expectSnapshots(int expected) throws Exception {
        try (Store store = FileStore.open(directory.resolve("store"), new SecureRandom())) {
            Vault vault = TestVault.open(store, directory.resolve("look"), clock);
            assertThat(vault.snapshots()).hasSize(expected);
            for (SnapshotHead head : vault.snapshots()) {
                assertThat(SourceTree.read(vault.read(head)).files()).hasSize(3);
            }
        }
    }
}
