// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CopyTest {

    private static final SourceTree TREE = new SourceTree().file("a", 9_000, 1);

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();

    @Test
    void whatARemovedHostCapturedBeforeIsReadFromACopyWithoutTheTimesOfItsStore() throws Exception {
        Path original = directory.resolve("original");
        SnapshotHead head;
        try (FileStore store = FileStore.create(original, new Random(1));
                Vault owner = TestVault.create(store, directory.resolve("owner"), clock)) {
            assertThat(owner.notices()).isEmpty();
            try (Vault host = TestVault.openAs(Role.CAPTURE, owner, store, directory.resolve("host"), clock)) {
                head = TestVault.capture(host, TREE);
            }
            for (SlotInfo slot : owner.keys().slots()) {
                if (slot.role() == Role.CAPTURE) {
                    owner.keys().remove(slot.digest());
                }
            }
            assertThat(owner.snapshots()).containsExactly(head);
        }
        try (Store copy = FileStore.openReadOnly(copyOf(original));
                Vault vault = TestVault.open(copy, directory.resolve("reader"), clock)) {
            assertThat(vault.snapshots()).extracting(SnapshotHead::id).containsExactly(head.id());
            assertThat(SourceTree.read(vault.read(vault.snapshots().getFirst()))).isEqualTo(TREE);
            assertThat(vault.notices()).singleElement().asString().contains("copy without the times of its store");
        }
    }

    /** The objects alone, as a tool downloads them: stamped when it did. */
    private Path copyOf(Path original) throws Exception {
        Path copy = directory.resolve("copy");
        FileTime later = FileTime.from(Instant.now().plus(Duration.ofHours(1)));
        List<Path> files;
        try (Stream<Path> found = Files.walk(original)) {
            files = found.filter(file -> Files.isRegularFile(file) && original.relativize(file).getNameCount() > 1)
                    .toList();
        }
        for (Path file : files) {
            Path target = copy.resolve(original.relativize(file));
            Files.createDirectories(target.resolveSibling("."));
            Files.copy(file, target);
            Files.setLastModifiedTime(target, later);
        }
        return copy;
    }
}
