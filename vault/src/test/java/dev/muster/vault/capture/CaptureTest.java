// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.MeteredStore;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.RepositoryStats;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.FileReader;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CaptureTest {

    private static final int BLOCK = TestVault.SMALL.blockBytes();

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final MeteredStore store = new MeteredStore(new MemoryStore(clock));
    private Vault vault;

    @BeforeEach
    void create() throws Exception {
        vault = TestVault.create(store, state, clock);
    }

    @Test
    void filesOfEverySizeComeBack() throws Exception {
        SourceTree tree = new SourceTree().link("here", "there/../somewhere");
        int[] sizes = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK, 4 * BLOCK + 1, 255 * BLOCK, 256 * BLOCK - 1,
                256 * BLOCK, 256 * BLOCK + 1, 257 * BLOCK, 600 * BLOCK + 17};
        for (int size : sizes) {
            tree.file("noise/" + size, size, size);
            tree.file("zeros/" + size, new byte[size]);
            tree.file("same/" + size, filled(size));
        }
        SnapshotHead head = TestVault.capture(vault, tree);
        assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
        assertThat(vault.snapshots()).containsExactly(head);
        assertThat(head.body().counts().files()).isEqualTo(3L * sizes.length);
        assertThat(head.body().counts().logicalBytes()).isEqualTo(3L * Arrays.stream(sizes).sum());
    }

    @Test
    void twentyThousandSmallFilesComeBack() throws Exception {
        SourceTree tree = new SourceTree();
        Random dice = new Random(1);
        for (int at = 0; at < 20_000; at++) {
            tree.file("d%02d/f%05d".formatted(at % 50, at), dice.nextInt(300), at);
        }
        SnapshotHead head = TestVault.capture(vault, tree);
        assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
        assertThat(store.count(MeteredStore.Verb.PUT).calls()).isLessThan(60);
    }

    @Test
    void aSecondCaptureOfTheSameAddsMetadataOnly() throws Exception {
        SourceTree tree = new SourceTree().file("a/large", 700 * BLOCK, 2).file("b/small", 100, 3).file("c", 40_000, 4);
        SnapshotHead first = TestVault.capture(vault, tree);
        RepositoryStats before = vault.stats();
        SnapshotHead second = TestVault.capture(vault, tree);
        RepositoryStats after = vault.stats();
        assertThat(second.body().table()).isEqualTo(first.body().table());
        assertThat(second.body().counts().newFrameBytes()).isZero();
        for (Kind kind : List.of(Kind.DATA, Kind.MAP, Kind.INDEX)) {
            assertThat(after.of(kind)).as("%s", kind).isEqualTo(before.of(kind));
        }
        assertThat(after.of(Kind.SNAPSHOT).objects()).isEqualTo(2);
        assertThat(after.kinds()).doesNotContainKey(Kind.CANDIDATE);
        assertThat(vault.snapshots()).containsExactly(second, first);
    }

    @Test
    void aChangeUploadsTheBlocksThatChanged() throws Exception {
        SourceTree tree = new SourceTree().file("large", 2000 * BLOCK, 5);
        TestVault.capture(vault, tree);
        byte[] changed = tree.get("large").clone();
        changed[1000 * BLOCK + 5] ^= 1;
        SnapshotHead second = TestVault.capture(vault, tree.copy().file("large", changed));
        assertThat(second.body().counts().newFrameBytes()).isBetween((long) BLOCK, BLOCK + 200L);
        assertThat(SourceTree.read(vault.read(second)).get("large")).isEqualTo(changed);
    }

    @Test
    void aBlockIsUploadedOnceHoweverOftenItComes() throws Exception {
        byte[] block = SourceTree.noise(BLOCK, 6);
        byte[] many = new byte[1000 * BLOCK];
        for (int at = 0; at < 1000; at++) {
            System.arraycopy(block, 0, many, at * BLOCK, BLOCK);
        }
        SourceTree tree = new SourceTree().file("a", many).file("b", many.clone()).file("c", block);
        SnapshotHead head = TestVault.capture(vault, tree);
        assertThat(head.body().counts().newFrameBytes()).isLessThan(2L * BLOCK);
        assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
    }

    @Test
    void holesCostNothing() throws Exception {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            try (FileSink sink = session.file(FileEntry.file("sparse", 0600, SourceTree.TIME))) {
                sink.write(new byte[]{1}, 0, 1);
                sink.zeros(10_000_000);
                sink.write(new byte[]{2}, 0, 1);
                sink.finish(ContentCheck.none());
            }
            SnapshotHead head = session.commit(TestVault.draft());
            byte[] expected = new byte[10_000_002];
            expected[0] = 1;
            expected[10_000_001] = 2;
            assertThat(SourceTree.read(vault.read(head)).get("sparse")).isEqualTo(expected);
            assertThat(head.body().counts().newFrameBytes()).isLessThan(1000);
            assertThat(head.body().counts().readBytes()).isEqualTo(2);
            assertThat(head.body().counts().logicalBytes()).isEqualTo(10_000_002);
        }
    }

    @Test
    void anInsertionMovesNothingInAStream() throws Exception {
        byte[] before = SourceTree.noise(4 << 20, 7);
        byte[] after = new byte[before.length + 11];
        System.arraycopy(before, 0, after, 0, 1_000_000);
        System.arraycopy(before, 1_000_000, after, 1_000_011, before.length - 1_000_000);
        captureStream(before);
        SnapshotHead second = captureStream(after);
        assertThat(SourceTree.read(vault.read(second)).get("dump")).isEqualTo(after);
        assertThat(second.body().counts().newFrameBytes()).isLessThan(800_000);
    }

    @Test
    void whatDescribesTheCaptureLiesApart() throws Exception {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            new SourceTree().file("a", 10, 8).into(session);
            session.document("manifest", "hello".getBytes(StandardCharsets.UTF_8));
            session.document("pages/bad", new byte[0]);
            SnapshotHead head = session.commit(TestVault.draft());
            SnapshotReader reader = vault.read(head);
            assertThat(reader.documents()).containsExactly("manifest", "pages/bad");
            assertThat(reader.document("manifest")).contains("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(reader.document("other")).isEmpty();
            assertThat(SourceTree.read(reader).files()).containsOnlyKeys("a");
            assertThat(head.body().counts().files()).isEqualTo(1);
            assertThatThrownBy(() -> session.file(FileEntry.file(".muster/x", 0, SourceTree.TIME)))
                    .isInstanceOf(VaultFault.class);
        }
    }

    @Test
    void anyPlaceOfAFileIsRead() throws Exception {
        byte[] content = SourceTree.noise(700 * BLOCK + 99, 9);
        Arrays.fill(content, 100 * BLOCK, 300 * BLOCK, (byte) 0);
        SnapshotHead head = TestVault.capture(vault, new SourceTree().file("f", content));
        SnapshotReader reader = vault.read(head);
        FileReader file = reader.open(reader.entry("f").orElseThrow());
        Random dice = new Random(10);
        for (int round = 0; round < 300; round++) {
            int position = dice.nextInt(content.length + 100);
            byte[] target = new byte[dice.nextInt(3 * BLOCK) + 1];
            int read = file.read(position, target, 0, target.length);
            int expected = Math.min(target.length, content.length - position);
            assertThat(read).isEqualTo(expected > 0 ? expected : -1);
            if (read > 0) {
                assertThat(Arrays.copyOf(target, read))
                        .isEqualTo(Arrays.copyOfRange(content, position, position + read));
            }
        }
    }

    @Test
    void unchangedPartsOfAnOlderSnapshotAreAdoptedUnread() throws Exception {
        byte[] content = SourceTree.noise(500 * BLOCK + 7, 11);
        Arrays.fill(content, 20 * BLOCK, 40 * BLOCK, (byte) 0);
        SnapshotHead first = TestVault.capture(vault, new SourceTree().file("f", content));
        byte[] changed = content.clone();
        changed[300 * BLOCK] ^= 1;
        try (CaptureSession session = vault.capture(TestVault.request())) {
            CaptureBase base = session.base(first).orElseThrow();
            FileEntry old = base.reader().entry("f").orElseThrow();
            session.directory(FileEntry.directory("", 0700, SourceTree.TIME));
            try (FileSink sink = session.file(FileEntry.file("f", 0600, SourceTree.TIME))) {
                assertThat(sink.adopt(base, old, 300L * BLOCK)).isEqualTo(300L * BLOCK);
                sink.write(changed, 300 * BLOCK, BLOCK);
                assertThat(sink.adoptRest(base, old))
                        .isEqualTo(content.length - 301L * BLOCK);
                sink.finish(ContentCheck.none());
            }
            SnapshotHead second = session.commit(TestVault.draft());
            assertThat(SourceTree.read(vault.read(second)).get("f")).isEqualTo(changed);
            assertThat(second.body().counts().readBytes()).isEqualTo(BLOCK);
            assertThat(second.body().table())
                    .isEqualTo(TestVault.capture(vault, new SourceTree().file("f", changed)).body().table());
        }
    }

    @Test
    void theFactsAndTagsAreKept() throws Exception {
        CaptureRequest request =
                new CaptureRequest(TestVault.request().source(), Map.of("why", "before the upgrade"), 3);
        try (CaptureSession session = vault.capture(request)) {
            new SourceTree().file("a", 1, 1).into(session);
            SnapshotHead head = session.commit(new SnapshotDraft(SourceTree.TIME, List.of(), Map.of("version", "17")));
            assertThat(head.body().tags()).containsEntry("why", "before the upgrade");
            assertThat(head.body().facts()).containsEntry("version", "17");
            assertThat(vault.snapshot(head.id().hex().substring(0, 10))).contains(head);
            assertThat(vault.snapshot("0000")).isEmpty();
            assertThatThrownBy(() -> vault.snapshot("0")).isInstanceOf(VaultFault.Refused.class);
        }
        Map<String, String> tooMuch = Map.of("k", "v".repeat(4095));
        assertThatThrownBy(() -> vault.capture(new CaptureRequest(request.source(), tooMuch, 1)))
                .isInstanceOf(VaultFault.Refused.class);
    }

    @Test
    void aCaptureHostCapturesWhatItCannotRead() throws Exception {
        Vault host = TestVault.openAs(Role.CAPTURE, vault, store, state.resolve("host"), clock);
        SourceTree tree = new SourceTree().file("a", 50_000, 12);
        SnapshotHead head = TestVault.capture(host, tree);
        assertThatThrownBy(() -> SourceTree.read(host.read(head))).isInstanceOf(VaultFault.NotGranted.class);
        assertThat(SourceTree.read(vault.read(head))).isEqualTo(tree);
        Vault restore = TestVault.openAs(Role.RESTORE, vault, store, state.resolve("restore"), clock);
        assertThat(SourceTree.read(restore.read(restore.snapshots().getFirst()))).isEqualTo(tree);
        assertThatThrownBy(() -> TestVault.capture(restore, tree)).isInstanceOf(VaultFault.NotGranted.class);
    }

    @Test
    void aFileThatWasNotCapturedToItsEndIsNotCommitted() throws Exception {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            try (FileSink sink = session.file(FileEntry.file("half", 0600, SourceTree.TIME))) {
                sink.write(new byte[10], 0, 10);
            }
            assertThatThrownBy(() -> session.commit(TestVault.draft())).isInstanceOf(VaultFault.NotCommitted.class);
        }
        try (CaptureSession session = vault.capture(TestVault.request())) {
            session.file(FileEntry.file("open", 0600, SourceTree.TIME));
            assertThatThrownBy(() -> session.commit(TestVault.draft())).isInstanceOf(VaultFault.NotCommitted.class);
        }
        assertThat(vault.snapshots()).isEmpty();
    }

    @Test
    void entriesThatMakeNoTableAreRefused() throws Exception {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            SourceTree.write(session, "nowhere/a", new byte[3]);
            assertThatThrownBy(() -> session.commit(TestVault.draft())).isInstanceOf(VaultFault.Refused.class);
        }
        try (CaptureSession session = vault.capture(TestVault.request())) {
            SourceTree.write(session, "a", new byte[3]);
            SourceTree.write(session, "a", new byte[4]);
            assertThatThrownBy(() -> session.commit(TestVault.draft())).isInstanceOf(VaultFault.Refused.class);
        }
    }

    private SnapshotHead captureStream(byte[] content) throws InterruptedException {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            try (FileSink sink = session.stream(FileEntry.file("dump", 0600, SourceTree.TIME))) {
                for (int at = 0; at < content.length; at += 5_003) {
                    sink.write(content, at, Math.min(5_003, content.length - at));
                }
                sink.finish(ContentCheck.none());
            }
            return session.commit(TestVault.draft());
        }
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) (at / BLOCK % 5 + 1);
        }
        return bytes;
    }
}
