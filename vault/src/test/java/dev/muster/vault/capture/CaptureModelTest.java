// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.snapshot.FileReader;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Random histories of captures against a model in memory, and captures side by side. */
class CaptureModelTest {

    private static final int BLOCK = TestVault.SMALL.blockBytes();
    private static final int HISTORIES = 12 * Integer.getInteger("muster.test.seeds.times", 1);

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();

    @Test
    void everySnapshotOfARandomHistoryIsWhatWasThereThen() throws Exception {
        for (long seed = 0; seed < HISTORIES; seed++) {
            history(seed, new MemoryStore(clock));
        }
        System.out.println("histories of captures: " + HISTORIES + ", seeds from 0");
        try (Store store = FileStore.create(state.resolve("files"), new Random(1))) {
            history(1000, store);
        }
    }

    private void history(long seed, Store store) throws Exception {
        Random dice = new Random(seed);
        Vault vault = TestVault.create(store, state.resolve("seed" + seed), clock);
        SourceTree tree = new SourceTree();
        Map<SnapshotHead, SourceTree> expected = new LinkedHashMap<>();
        for (int capture = 0; capture < 6; capture++) {
            change(tree, dice);
            SnapshotHead head = dice.nextBoolean() || expected.isEmpty()
                    ? TestVault.capture(vault, tree)
                    : captureFromBase(vault, tree, expected, dice);
            expected.put(head, tree.copy());
            if (dice.nextInt(3) == 0) {
                vault = TestVault.open(store, state.resolve("seed" + seed + "-" + dice.nextInt(2)), clock);
            }
        }
        for (Map.Entry<SnapshotHead, SourceTree> each : expected.entrySet()) {
            SnapshotReader reader = vault.read(each.getKey());
            assertThat(SourceTree.read(reader)).as("seed " + seed).isEqualTo(each.getValue());
            readAtRandom(reader, each.getValue(), dice, seed);
        }
        assertThat(vault.snapshots()).as("seed " + seed).hasSameElementsAs(expected.keySet());
        assertThat(vault.catalog().refused()).isEmpty();
        SnapshotHead last = TestVault.capture(vault, tree);
        assertThat(last.body().counts().newFrameBytes()).as("seed " + seed).isZero();
    }

    /** Files come, go, grow, shrink, change in places and become zeros. */
    private static void change(SourceTree tree, Random dice) {
        for (int changes = 1 + dice.nextInt(12); changes > 0; changes--) {
            List<String> paths = List.copyOf(tree.files().keySet());
            if (paths.isEmpty() || dice.nextInt(4) == 0) {
                tree.file("d" + dice.nextInt(4) + "/f" + dice.nextInt(40), size(dice), dice.nextLong());
                continue;
            }
            String path = paths.get(dice.nextInt(paths.size()));
            byte[] bytes = tree.get(path).clone();
            switch (dice.nextInt(6)) {
                case 0 -> tree.remove(path);
                case 1 -> tree.file(path, Arrays.copyOf(bytes, size(dice)));
                case 2 -> tree.file(path, SourceTree.noise(bytes.length, dice.nextLong()));
                case 3 -> {
                    int from = dice.nextInt(bytes.length + 1);
                    Arrays.fill(bytes, from, Math.min(bytes.length, from + size(dice)), (byte) 0);
                    tree.file(path, bytes);
                }
                case 4 -> tree.file("d9/copy" + dice.nextInt(10), bytes);
                default -> {
                    for (int flips = dice.nextInt(5); flips > 0 && bytes.length > 0; flips--) {
                        bytes[dice.nextInt(bytes.length)] ^= 1;
                    }
                    tree.file(path, bytes);
                }
            }
        }
    }

    private static int size(Random dice) {
        return switch (dice.nextInt(6)) {
            case 0 -> dice.nextInt(3);
            case 1 -> BLOCK * dice.nextInt(6) + dice.nextInt(3) - 1 + (dice.nextBoolean() ? 1 : 0) + 1;
            case 2 -> BLOCK * (256 + dice.nextInt(3) - 1);
            case 3 -> dice.nextInt(300 * BLOCK);
            default -> dice.nextInt(5 * BLOCK);
        };
    }

    /** Adopts what is the same in an older snapshot, as far as blocks are the same at the same place. */
    private static SnapshotHead captureFromBase(Vault vault, SourceTree tree, Map<SnapshotHead, SourceTree> before,
            Random dice) throws InterruptedException {
        List<SnapshotHead> heads = List.copyOf(before.keySet());
        SnapshotHead older = heads.get(dice.nextInt(heads.size()));
        SourceTree olderTree = before.getOrDefault(older, tree);
        try (CaptureSession session = vault.capture(TestVault.request())) {
            CaptureBase base = session.base(older).orElseThrow();
            for (Map.Entry<String, byte[]> file : tree.files().entrySet()) {
                FileEntry entry = base.reader().entry(file.getKey()).orElse(null);
                try (FileSink sink = session.file(FileEntry.file(file.getKey(), 0600, SourceTree.TIME))) {
                    byte[] then = entry == null ? new byte[0] : olderTree.get(file.getKey());
                    writeFromBase(sink, base, entry, file.getValue(), then);
                    sink.finish(ContentCheck.none());
                }
            }
            tree.directoriesInto(session);
            return session.commit(TestVault.draft());
        }
    }

    private static void writeFromBase(FileSink sink, CaptureBase base, @Nullable FileEntry entry,
            byte[] now, byte[] then) throws InterruptedException {
        while (sink.position() < now.length) {
            int at = (int) sink.position();
            int same = Arrays.mismatch(now, at, now.length, then, Math.min(at, then.length), then.length);
            int length = same < 0 ? now.length - at : same;
            boolean toEnd = same < 0 && now.length == then.length;
            if (entry != null && (toEnd ? sink.adoptRest(base, entry) : sink.adopt(base, entry, length)) > 0) {
                continue;
            }
            int some = Math.min(now.length - at, BLOCK);
            sink.write(now, at, some);
            if (some < BLOCK) {
                return;
            }
        }
    }

    private static void readAtRandom(SnapshotReader reader, SourceTree tree, Random dice, long seed)
            throws InterruptedException {
        for (Map.Entry<String, byte[]> each : tree.files().entrySet()) {
            byte[] content = each.getValue();
            FileReader file = reader.open(reader.entry(each.getKey()).orElseThrow());
            int position = dice.nextInt(content.length + 1);
            byte[] target = new byte[dice.nextInt(3 * BLOCK) + 1];
            int read = file.read(position, target, 0, target.length);
            int expected = Math.min(target.length, content.length - position);
            assertThat(read).as("seed " + seed).isEqualTo(expected == 0 ? -1 : expected);
            assertThat(Arrays.equals(target, 0, expected, content, position, position + expected))
                    .as("seed " + seed).isTrue();
        }
    }

    @Test
    void capturesIntoOneRepositoryAtOnceAreAllWhole() throws Exception {
        MemoryStore store = new MemoryStore(clock);
        Vault one = TestVault.create(store, state.resolve("one"), clock);
        Vault two = TestVault.open(store, state.resolve("two"), clock);
        List<SourceTree> trees = new ArrayList<>();
        for (int writer = 0; writer < 6; writer++) {
            trees.add(new SourceTree().file("shared", 500 * BLOCK, 1).file("own", 200 * BLOCK, 100 + writer));
        }
        List<Task<SnapshotHead>> heads = new ArrayList<>();
        try (Scope scope = Scope.open("capture-test", trees.size())) {
            for (int writer = 0; writer < trees.size(); writer++) {
                Vault vault = writer % 2 == 0 ? one : two;
                SourceTree tree = trees.get(writer);
                heads.add(scope.submit(() -> TestVault.capture(vault, tree)));
            }
            for (int writer = 0; writer < trees.size(); writer++) {
                assertThat(SourceTree.read(two.read(heads.get(writer).await()))).isEqualTo(trees.get(writer));
            }
        }
        assertThat(one.snapshots()).hasSize(6);
        assertThat(one.roll().read().present()).hasSize(6);
        assertThat(one.roll().read().missingParents()).isEmpty();
        assertThat(TestVault.capture(one, trees.getFirst()).body().counts().newFrameBytes()).isZero();
    }

    @Test
    void manyThreadsWriteFilesOfOneCapture() throws Exception {
        Vault vault = TestVault.create(new MemoryStore(clock), state, clock);
        SourceTree tree = new SourceTree();
        for (int at = 0; at < 40; at++) {
            tree.file("f" + at, at * 11_003, at);
        }
        try (CaptureSession session = vault.capture(TestVault.request())) {
            session.directory(FileEntry.directory("", 0700, SourceTree.TIME));
            try (Scope scope = Scope.open("files", 8)) {
                for (Map.Entry<String, byte[]> file : tree.files().entrySet()) {
                    scope.fork(() -> SourceTree.write(session, file.getKey(), file.getValue()));
                }
                scope.join();
            }
            assertThat(session.progress().files()).isEqualTo(40);
            SnapshotHead head = session.commit(TestVault.draft());
            assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
        }
    }

    @Test
    void moreFilesAreNotOpenAtOnceThanMemoryIsFor() throws Exception {
        Vault vault = TestVault.create(new MemoryStore(clock), state, clock);
        try (CaptureSession session = vault.capture(TestVault.request())) {
            List<FileSink> open = new ArrayList<>();
            for (int at = 0; at < CaptureLimits.OPEN_FILES_MAX; at++) {
                FileSink sink = session.file(FileEntry.file("f" + at, 0, SourceTree.TIME));
                sink.write(SourceTree.noise(255 * BLOCK, 1), 0, 255 * BLOCK);
                open.add(sink);
            }
            assertThatThrownBy(() -> session.file(FileEntry.file("more", 0, SourceTree.TIME)))
                    .isInstanceOf(IllegalStateException.class);
            for (FileSink sink : open) {
                sink.finish(ContentCheck.none());
            }
            session.directory(FileEntry.directory("", 0700, SourceTree.TIME));
            assertThat(session.commit(TestVault.draft()).body().counts().files()).isEqualTo(open.size());
        }
    }

    /** A block whose pack is open holds back all that follows it: the pack is closed when too much waits. */
    @Test
    void whatWaitsForAnOpenPackIsBounded() throws Exception {
        Vault vault = TestVault.create(new MemoryStore(clock), state, clock);
        long blocks = 2L * CaptureLimits.WAITING_PARTS_MAX + 1000;
        try (CaptureSession session = vault.capture(TestVault.request())) {
            session.directory(FileEntry.directory("", 0700, SourceTree.TIME));
            try (FileSink sink = session.file(FileEntry.file("f", 0600, SourceTree.TIME))) {
                sink.write(SourceTree.noise(BLOCK, 1), 0, BLOCK);
                sink.zeros(blocks * BLOCK);
                sink.write(SourceTree.noise(BLOCK, 2), 0, BLOCK);
                sink.finish(ContentCheck.none());
            }
            SnapshotHead head = session.commit(TestVault.draft());
            assertThat(session.progress().packsPut()).isEqualTo(2);
            SnapshotReader reader = vault.read(head);
            FileReader file = reader.open(reader.entry("f").orElseThrow());
            byte[] end = new byte[BLOCK];
            assertThat(file.read((blocks + 1) * BLOCK, end, 0, BLOCK)).isEqualTo(BLOCK);
            assertThat(end).isEqualTo(SourceTree.noise(BLOCK, 2));
        }
    }

    /** One of 64 packs at most; the first ones are of a quarter of a pack, and twice as much each time. */
    @Test
    void indexObjectsArePutAsOftenAsTheFormatSaysAndFewMore() throws Exception {
        Vault vault = TestVault.create(new MemoryStore(clock), state, clock);
        try (CaptureSession session = vault.capture(TestVault.request())) {
            try (FileSink sink = session.file(FileEntry.file("f", 0600, SourceTree.TIME))) {
                for (int at = 0; at < 140; at++) {
                    sink.write(SourceTree.noise(1 << 20, at), 0, 1 << 20);
                }
                sink.finish(ContentCheck.none());
            }
            session.commit(TestVault.draft());
        }
        assertThat(vault.stats().of(Kind.DATA).objects()).isGreaterThan(130);
        assertThat(vault.stats().of(Kind.INDEX).objects()).isBetween(3L + 1, 3L + 9 + 1);
    }
}
