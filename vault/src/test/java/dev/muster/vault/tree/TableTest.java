// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.VaultFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TableTest {

    @TempDir
    private Path temporary;

    private final TreeStore trees = new TreeStore();

    @Test
    void aTableOfAnySizeIsReadAsItWasWritten() throws Exception {
        for (int count : new int[]{0, 1, 2, 7, 8, 100, 5000, 60_000}) {
            List<FileEntry> entries = entries(count, 31);
            TreeRoot table = trees.table(temporary, entries);
            assertThat(read(table)).isEqualTo(entries);
        }
    }

    @Test
    void anyPathIsFoundAndNoOther() throws Exception {
        List<FileEntry> entries = entries(20_000, 32);
        TreeRoot table = trees.table(temporary, entries);
        TreeReader reader = trees.reader();
        Random dice = new Random(33);
        for (int round = 0; round < 500; round++) {
            FileEntry entry = entries.get(dice.nextInt(entries.size()));
            assertThat(reader.find(table, entry.path())).contains(entry);
            assertThat(reader.find(table, entry.path() + "!")).isEmpty();
        }
        assertThat(reader.find(table, "")).contains(entries.getFirst());
        assertThat(reader.find(table, "zzz")).isEmpty();
    }

    @Test
    void entriesAreReadFromAnyPathOnAsFarAsTheyAreWanted() throws Exception {
        List<FileEntry> entries = entries(9_000, 39);
        TreeRoot table = trees.table(temporary, entries);
        Random dice = new Random(40);
        for (int round = 0; round < 60; round++) {
            int from = dice.nextInt(entries.size());
            int wanted = 1 + dice.nextInt(500);
            String path = entries.get(from).path() + (round % 2 == 0 ? "" : "!");
            List<FileEntry> found = new ArrayList<>();
            trees.reader().entriesFrom(table, path, entry -> {
                found.add(entry);
                return found.size() < wanted;
            });
            int first = from + round % 2;
            assertThat(found).isEqualTo(entries.subList(first, Math.min(entries.size(), first + wanted)));
        }
    }

    @Test
    void theOrderInWhichEntriesComeDoesNotMatterNorHowMuchFitsInMemory() throws Exception {
        List<FileEntry> entries = entries(20_000, 34);
        TreeRoot expected = trees.table(temporary, entries);
        List<FileEntry> shuffled = new ArrayList<>(entries);
        Collections.shuffle(shuffled, new Random(35));
        try (MapWriter maps = trees.writer();
                EntrySorter sorter = new EntrySorter(temporary, trees.random, 40_000)) {
            shuffled.forEach(sorter::add);
            assertThat(TableBuilder.build(maps, trees.chain.names(), sorter)).isEqualTo(expected);
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aTemporaryFileSaysNothing() throws Exception {
        try (Spool spool = new Spool(temporary, trees.random)) {
            for (int at = 0; at < 10_000; at++) {
                spool.write(("a secret name " + at).getBytes(StandardCharsets.UTF_8));
            }
            spool.rewind();
            assertThat(openFilesHold("a secret name")).isFalse();
            int count = 0;
            for (Iterator<byte[]> records = spool; records.hasNext(); count++) {
                assertThat(new String(records.next(), StandardCharsets.UTF_8))
                        .isEqualTo("a secret name " + count);
            }
            assertThat(count).isEqualTo(10_000);
        }
    }

    @Test
    void aChangeOfOneEntryChangesTheNodesAboveItOnly() throws Exception {
        List<FileEntry> entries = entries(30_000, 36);
        TreeRoot before = trees.table(temporary, entries);
        Random dice = new Random(37);
        for (int round = 0; round < 30; round++) {
            List<FileEntry> changed = new ArrayList<>(entries);
            int at = 1 + dice.nextInt(entries.size() - 1);
            switch (round % 3) {
                case 0 -> changed.remove(entries.get(at).type() == FileType.DIRECTORY ? entries.size() - 1 : at);
                case 1 -> changed.add(FileEntry.file("d0/new" + round, 0600, Instant.EPOCH));
                default -> changed.set(at, entries.get(at).ownedBy("other" + round, ""));
            }
            changed.sort(Comparator.comparing(FileEntry::path));
            int nodes = trees.nodes();
            trees.table(temporary, changed);
            assertThat(trees.nodes() - nodes).as("round " + round).isBetween(1, 4 * (before.height() + 1));
        }
    }

    @Test
    void theSplitEndsWhateverThePathsAre() throws Exception {
        Map<String, FileEntry> everySplits = new TreeMap<>();
        Map<String, FileEntry> noneSplits = new TreeMap<>();
        everySplits.put("", FileEntry.directory("", 0, Instant.EPOCH));
        noneSplits.put("", FileEntry.directory("", 0, Instant.EPOCH));
        for (int at = 0; everySplits.size() < 600; at++) {
            String path = "p" + at;
            Map<String, FileEntry> kind =
                    (trees.chain.names().split(0, EntryPath.bytes(path)) & 63) == 0 ? everySplits : noneSplits;
            kind.put(path, FileEntry.file(path, 0, Instant.EPOCH));
        }
        List<FileEntry> longest = new ArrayList<>(List.of(FileEntry.directory("", 0, Instant.EPOCH)));
        for (int at = 0; at < 2000; at++) {
            longest.add(FileEntry.file("%04d".formatted(at) + "x".repeat(4000), 0, Instant.EPOCH)
                    .withAttributes(Map.of("a", "b".repeat(4096), "c", "d".repeat(4096))));
        }
        for (List<FileEntry> entries : List.of(List.copyOf(everySplits.values()), List.copyOf(noneSplits.values()),
                longest)) {
            TreeRoot table = trees.table(temporary, entries);
            assertThat(table.height()).isBetween(1, 5);
            assertThat(read(table)).isEqualTo(entries);
        }
    }

    @Test
    void aTableWithoutADirectoryOrWithAPathTwiceIsRefused() {
        FileEntry root = FileEntry.directory("", 0, Instant.EPOCH);
        FileEntry a = FileEntry.directory("a", 0, Instant.EPOCH);
        FileEntry between = FileEntry.directory("a-b", 0, Instant.EPOCH);
        FileEntry inBetween = FileEntry.file("a-b/c", 0, Instant.EPOCH);
        FileEntry inA = FileEntry.file("a/b", 0, Instant.EPOCH);
        FileEntry fileA = FileEntry.file("a", 0, Instant.EPOCH);
        for (List<FileEntry> wrong : List.of(List.of(a), List.of(root, inA), List.of(root, fileA, inA),
                List.of(root, a, inA, inA), List.of(root, a, inBetween),
                List.of(FileEntry.file("", 0, Instant.EPOCH)))) {
            assertThatThrownBy(() -> trees.table(temporary, wrong)).isInstanceOf(VaultFault.Refused.class);
        }
        assertThatNoException()
                .isThrownBy(() -> trees.table(temporary, List.of(root, a, between, inBetween, inA)));
    }

    private List<FileEntry> read(TreeRoot table) throws InterruptedException {
        List<FileEntry> found = new ArrayList<>();
        trees.reader().entries(table, found::add);
        return found;
    }

    /** The root, directories d0 to d9, and so many entries in them, ascending. */
    private static List<FileEntry> entries(int count, long seed) {
        RandomTrees random = new RandomTrees(seed);
        Random dice = new Random(seed);
        Map<String, FileEntry> entries = new TreeMap<>();
        entries.put("", FileEntry.directory("", 0700, Instant.EPOCH));
        for (int directory = 0; directory < 10 && count > 0; directory++) {
            entries.put("d" + directory, FileEntry.directory("d" + directory, 0700, Instant.EPOCH));
        }
        for (int at = 0; at < count; at++) {
            String path = "d" + dice.nextInt(10) + "/" + Integer.toHexString(dice.nextInt()) + "_" + at;
            entries.put(path, random.entry(path));
        }
        return List.copyOf(entries.values());
    }

    private boolean openFilesHold(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).toString().contains("spool-")) {
                    return new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1)
                            .contains(new String(wanted, StandardCharsets.ISO_8859_1));
                }
            }
        }
        throw new AssertionError("the temporary file was not found");
    }
}
