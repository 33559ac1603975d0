// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.store.MeteredStore;
import dev.muster.vault.object.VaultFault;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileTreeTest {

    private final TreeStore trees = new TreeStore();
    private final RandomTrees random = new RandomTrees(21);

    @Test
    void aTreeOfAnyHeightHasAllItsPartsInTheirOrder() throws Exception {
        for (int leaves : new int[]{1, 2, 255, 256, 257, 511, 512, 513, 65_536, 65_537}) {
            List<List<Part>> expected = leaves(leaves);
            FileEntry file = build(expected);
            FileContent.Tree content = (FileContent.Tree) file.content();
            assertThat(content.root().height())
                    .isEqualTo(leaves == 1 ? 0 : leaves <= 256 ? 1 : leaves <= 65_536 ? 2 : 3);
            List<Part> found = new ArrayList<>();
            long[] end = {0};
            trees.reader().parts(file, 0, (start, part) -> {
                assertThat(start).isEqualTo(end[0]);
                end[0] += part.length();
                found.add(part);
                return true;
            });
            assertThat(end[0]).isEqualTo(file.size());
            assertThat(found.equals(expected.stream().flatMap(List::stream).toList())).isTrue();
        }
    }

    @Test
    void anyPositionIsFoundWithOneRequestALevel() throws Exception {
        List<List<Part>> leaves = leaves(1000);
        FileEntry file = build(leaves);
        List<Part> parts = leaves.stream().flatMap(List::stream).toList();
        Random dice = new Random(22);
        for (int round = 0; round < 200; round++) {
            long position = dice.nextLong(file.size());
            long before = trees.store.count(MeteredStore.Verb.GET).calls();
            List<Part> found = new ArrayList<>();
            List<Long> starts = new ArrayList<>();
            trees.reader().parts(file, position, (start, part) -> {
                found.add(part);
                starts.add(start);
                return false;
            });
            assertThat(trees.store.count(MeteredStore.Verb.GET).calls() - before).isEqualTo(3);
            long start = 0;
            int at = 0;
            while (start + parts.get(at).length() <= position) {
                start += parts.get(at++).length();
            }
            assertThat(found).containsExactly(parts.get(at));
            assertThat(starts).containsExactly(start);
        }
    }

    @Test
    void theSameTreeIsMadeOfTheSameNodes() throws Exception {
        List<List<Part>> leaves = leaves(600);
        FileEntry first = build(leaves);
        int nodes = trees.nodes();
        assertThat(build(leaves)).isEqualTo(first);
        assertThat(trees.nodes()).isEqualTo(nodes);
        leaves.set(300, random.parts(3));
        build(leaves);
        assertThat(trees.nodes()).isEqualTo(nodes + 3);
    }

    @Test
    void treesOfManyFilesAreBuiltSideBySide() throws Exception {
        List<FileEntry> built = new ArrayList<>();
        List<List<List<Part>>> expected = new ArrayList<>();
        try (MapWriter maps = trees.writer()) {
            for (int file = 0; file < 50; file++) {
                List<List<Part>> leaves = leaves(1 + file * 13);
                expected.add(leaves);
                built.add(FileEntry.file("f", 0, Instant.EPOCH));
                int at = file;
                FileTree tree = new FileTree(maps, content -> built.set(at, file(leaves, content)));
                for (List<Part> leaf : leaves) {
                    tree.add(leaf);
                    maps.settle();
                }
                tree.end();
            }
            TableBuilder.finishFiles(maps);
        }
        for (int file = 0; file < 50; file++) {
            List<Part> found = new ArrayList<>();
            trees.reader().parts(built.get(file), 0, (_, part) -> found.add(part));
            assertThat(found).isEqualTo(expected.get(file).stream().flatMap(List::stream).toList());
        }
    }

    @Test
    void aNodeThatIsNotWhatItsParentSaysIsRefused() throws Exception {
        FileEntry one = build(leaves(3));
        FileEntry other = build(leaves(700));
        TreeRoot root = ((FileContent.Tree) other.content()).root();
        FileEntry wrongSize = one.withContent(one.size() + 1, ContentCheck.none(), one.content());
        FileEntry wrongHeight = other.withContent(other.size(), ContentCheck.none(),
                new FileContent.Tree(new TreeRoot(root.ref(), root.height() - 1)));
        TreeRoot table = trees.table(Path.of("."),
                List.of(FileEntry.directory("", 0, Instant.EPOCH)));
        FileEntry tableAsFile = other.withContent(other.size(), ContentCheck.none(), new FileContent.Tree(table));
        for (FileEntry wrong : List.of(wrongSize, wrongHeight, tableAsFile)) {
            assertThatThrownBy(() -> trees.reader().parts(wrong, 0, (_, _) -> true))
                    .isInstanceOf(VaultFault.Damage.class);
        }
        assertThatThrownBy(() -> trees.reader().find(root, "a")).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> trees.reader().entries(root, _ -> {})).isInstanceOf(VaultFault.Damage.class);
    }

    private List<List<Part>> leaves(int count) {
        List<List<Part>> leaves = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            leaves.add(random.parts(at % 3 + 1));
        }
        return leaves;
    }

    private FileEntry build(List<List<Part>> leaves) throws InterruptedException {
        FileEntry[] built = new FileEntry[1];
        try (MapWriter maps = trees.writer()) {
            FileTree tree = new FileTree(maps, content -> built[0] = file(leaves, content));
            for (List<Part> leaf : leaves) {
                tree.add(leaf);
            }
            tree.end();
            TableBuilder.finishFiles(maps);
        }
        return built[0];
    }

    private static FileEntry file(List<List<Part>> leaves, FileContent content) {
        long size = leaves.stream().flatMap(List::stream).mapToLong(Part::length).sum();
        return FileEntry.file("f", 0, Instant.EPOCH).withContent(size, ContentCheck.none(), content);
    }
}
