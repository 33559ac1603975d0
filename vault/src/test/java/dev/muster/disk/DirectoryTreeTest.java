// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import dev.muster.work.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DirectoryTreeTest {

    private static final int FILES = 2_000;

    @TempDir
    private Path folder;

    @Test
    void allOfItGoesAndNothingBehindALink() throws Exception {
        Path kept = Files.writeString(Files.createDirectory(folder.resolve("kept")).resolve("file"), "y");
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/b/file"), "x");
        Files.createSymbolicLink(tree.resolve("a/link"), kept.getParent());
        Files.createSymbolicLink(tree.resolve("nowhere"), folder.resolve("not-there"));

        DirectoryTree.remove(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("y");
    }

    @Test
    void aFileALinkAndWhatIsNotThereAreTreesToo() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        DirectoryTree.remove(link);
        assertThat(file).exists();
        DirectoryTree.remove(file);
        DirectoryTree.remove(file);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void twoMayRemoveTheSame() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (int at = 0; at < FILES; at++) {
            Files.createFile(Files.createDirectories(tree.resolve("d" + at % 20)).resolve("f" + at));
        }
        CountDownLatch together = new CountDownLatch(2);
        try (Scope scope = Scope.openPlatform("remove", 2)) {
            for (int who = 0; who < 2; who++) {
                scope.fork(() -> {
                    together.countDown();
                    together.await();
                    DirectoryTree.remove(tree);
                });
            }
            scope.join();
        }
        assertThat(tree).doesNotExist();
    }
}
