// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.fault.Fault;
import dev.muster.store.Key;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckProgress.Part;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CheckRepositoryTest {

    private static final SourceTree TREE = new SourceTree().file("base/1", 50_000, 1)
            .file("base/2", 3_000, 2)
            .file("base/zeros", new byte[40_000])
            .file("empty", new byte[0])
            .link("link", "base/1");

    @TempDir
    Path state;

    @TempDir
    Path scratch;

    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Tampering tampering = new Tampering(store);

    @BeforeEach
    void aRepositoryWithTwoSnapshots() throws Exception {
        try (Vault vault = TestVault.create(store, state, clock)) {
            TestVault.capture(vault, TREE);
            TestVault.capture(vault, TREE.copy().file("base/3", 9_000, 3));
        }
    }

    @Test
    void aSoundRepositoryIsSoundAtEveryDepth() throws Exception {
        for (Depth depth : Depth.values()) {
            CheckReport report = check(depth);
            assertThat(report.findings()).as("%s", depth).isEmpty();
            assertThat(report.isSound()).isTrue();
        }
        assertThat(check(Depth.CONTENT).counts()).satisfies(counts -> {
            assertThat(counts.snapshots()).isEqualTo(2);
            assertThat(counts.blocks()).isEqualTo(13 + 1 + 13 + 1 + 3);
            assertThat(counts.frames()).isGreaterThan(16);
            assertThat(counts.bytes()).isEqualTo(sum());
        });
    }

    @Test
    void everyPartOfACheckSaysHowFarItIs() throws Exception {
        try (Vault vault = TestVault.open(store, state, clock)) {
            appendWal(vault, 600_000);
            for (Depth depth : Depth.values()) {
                Map<Part, Long> done = new EnumMap<>(Part.class);
                Map<Part, Long> totals = new EnumMap<>(Part.class);
                vault.check(scratch, (part, bytes, total) -> {
                    synchronized (done) {
                        done.merge(part, bytes, Math::max);
                        totals.put(part, total);
                    }
                }).check(depth, Optional.empty());
                assertThat(done).as("%s", depth).isEqualTo(totals);
                assertThat(totals.keySet()).as("%s", depth).containsExactlyInAnyOrderElementsOf(parts(depth));
                assertThat(totals.values()).as("%s", depth).allMatch(total -> total > 0);
            }
        }
    }

    private static Set<Part> parts(Depth depth) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (depth.readsBytes()) {
            parts.add(Part.BYTES);
        }
        if (depth.readsStructure()) {
            parts.addAll(Set.of(Part.PACKS, Part.WAL));
        }
        return parts;
    }

    @Test
    void everyObjectFlippedCutSwappedOrOmittedIsFound() throws Exception {
        Random random = new Random(5);
        Map<Key, byte[]> sound = tampering.picture();
        for (Map.Entry<Key, byte[]> object : sound.entrySet()) {
            Key key = object.getKey();
            tampering.flip(key, random.nextInt(8 * object.getValue().length));
            assertUnsound(key, "flipped");
            restore(sound);
            tampering.truncate(key, random.nextInt(object.getValue().length));
            assertUnsound(key, "cut");
            restore(sound);
            Key other = other(sound, key);
            tampering.swap(key, other);
            assertUnsound(key, "swapped with " + other);
            restore(sound);
            if (!mayGo(key)) {
                tampering.omit(key);
                assertUnsound(key, "omitted");
                restore(sound);
            }
        }
        assertThat(check(Depth.CONTENT).findings()).isEmpty();
    }

    @Test
    void aRolledBackRepositoryIsFoundByWhatThisHostRemembers() throws Exception {
        Map<Key, byte[]> before = tampering.picture();
        try (Vault vault = TestVault.open(store, state, clock)) {
            TestVault.capture(vault, TREE.copy().file("base/4", 9_000, 4));
        }
        tampering.rollBackTo(before);

        assertThat(check(Depth.STRUCTURE).findings()).anySatisfy(
                finding -> assertThat(finding.what()).contains("older state"));
    }

    @Test
    void theNewestSnapshotDeletedIsFound() throws Exception {
        SnapshotHead newest;
        try (Vault vault = TestVault.open(store, state, clock)) {
            newest = vault.snapshots().getFirst();
        }
        for (Key key : tampering.picture().keySet()) {
            if (key.value().startsWith("snapshot/") && key.value().endsWith(newest.id().hex())) {
                tampering.omit(key);
            }
        }

        assertThat(check(Depth.STRUCTURE).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.key()).contains(newest.id().hex().substring(0, 12));
            assertThat(finding.what()).contains("never removed");
        });
    }

    @Test
    void whatADamagedPackTouchesIsNamedDownToTheFiles() throws Exception {
        Key pack = first(Kind.DATA);
        tampering.flip(pack, 8 * 200);

        CheckReport report = check(Depth.CONTENT);

        assertThat(report.isSound()).isFalse();
        assertThat(report.findings()).anySatisfy(finding -> assertThat(finding.touches())
                .anySatisfy(touched -> assertThat(touched).contains("base/")));
    }

    @Test
    void whatIsInQuarantineIsUploadedAnewAndTheRepositoryHeals() throws Exception {
        Key pack = first(Kind.DATA);
        tampering.flip(pack, 8 * 200);
        try (Vault vault = TestVault.open(store, state, clock)) {
            CheckReport report = vault.check(scratch, (_, _, _) -> {}).check(Depth.CONTENT, Optional.empty());
            PutInQuarantine quarantine = new PutInQuarantine(vault.statements(), clock);
            assertThat(quarantine.put(report, "test")).isPositive();
            assertThat(quarantine.put(report, "test")).isZero();

            SnapshotHead healed = TestVault.capture(vault, TREE);

            assertThat(SourceTree.read(vault.read(healed))).isEqualTo(TREE);
        }
    }

    @Test
    void aRoleThatOpensNoDataChecksTheRest() throws Exception {
        try (Vault owner = TestVault.open(store, state, clock);
                Vault capture = TestVault.openAs(Role.CAPTURE, owner, store, state.resolve("capture"), clock)) {
            CheckReport report = capture.check(scratch, (_, _, _) -> {}).check(Depth.CONTENT, Optional.empty());

            assertThat(report.findings()).isEmpty();
            assertThat(report.counts().blocks()).isPositive();
        }
    }

    @Test
    void missingWalOfAHistoryIsFoundByWhatThisHostRemembers() throws Exception {
        try (Vault vault = TestVault.open(store, state, clock)) {
            WalArchive wal = vault.wal("db1");
            Lineage lineage = wal.begin(new Lineage.Origin(7, 1, new byte[0]), Lineage.Descent.begin(0x1000000),
                    new WalArchive.Server(16 << 20, 180006, "db1"));
            vault.anchor().seen(lineage.incarnation(), 0x2000000);
        }

        assertThat(check(Depth.STRUCTURE).findings()).anySatisfy(
                finding -> assertThat(finding.what()).contains("up to 0/2000000"));
    }

    @Test
    void aHoleInAHistoryIsFoundThoughNoSnapshotNeedsIt() throws Exception {
        try (Vault vault = TestVault.open(store, state, clock)) {
            appendWal(vault, 100_000, 100_000, 100_000);
        }
        assertThat(check(Depth.STRUCTURE).isSound()).isTrue();
        Map<Key, byte[]> whole = tampering.picture();
        List<Key> ranges = whole.keySet().stream().filter(key -> key.value().startsWith("wal/"))
                .filter(key -> key.value().contains("/0000000001000000-00000000010186a0")
                        || key.value().contains("/00000000010186a0-"))
                .toList();
        assertThat(ranges).hasSize(2);
        for (Key range : ranges) {
            tampering.omit(range);

            assertThat(check(Depth.STRUCTURE).findings()).as("without %s", range).anySatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.DAMAGE);
                assertThat(finding.what()).contains("WAL behind it is");
            });
            restore(whole);
        }
    }

    /** A history of its own, in one range for each of these sizes. */
    private static void appendWal(Vault vault, int... sizes) throws InterruptedException {
        WalArchive wal = vault.wal("db1");
        Lineage lineage = wal.begin(new Lineage.Origin(7, 1, new byte[0]), Lineage.Descent.begin(0x1000000),
                new WalArchive.Server(16 << 20, 180006, "db1"));
        long start = 0x1000000;
        try (WalWriter writer = wal.writer(lineage, 1)) {
            for (int bytes : sizes) {
                WalSpan span = new WalSpan(start, start + bytes);
                writer.look(span);
                writer.put(span, Optional.empty(), SourceTree.TIME,
                        WalSource.of(span.start(), SourceTree.noise(bytes, 8)));
                start = span.end();
            }
        }
    }

    private void assertUnsound(Key key, String how) throws Exception {
        try {
            assertThat(check(Depth.CONTENT).isSound()).as("%s %s", key, how).isFalse();
        } catch (Fault expected) {
            // Without its charter, slot, epoch or grant a repository does not even open.
            assertThat(key + " " + how).matches(".*(charter|slot|epoch|grant)/.*");
        }
    }

    /** Candidates are removed when a session has ended, and an index can be made anew. */
    private static boolean mayGo(Key key) {
        return key.value().matches("(candidate|index)/.*");
    }

    private CheckReport check(Depth depth) throws Exception {
        try (Vault vault = TestVault.open(store, state, clock)) {
            return vault.check(scratch, (_, _, _) -> {}).check(depth, vault.anchor().read());
        }
    }

    private void restore(Map<Key, byte[]> picture) throws Exception {
        tampering.rollBackTo(picture);
    }

    private Key other(Map<Key, byte[]> all, Key key) {
        List<Key> others = new ArrayList<>(all.keySet());
        others.remove(key);
        return others.get(Math.floorMod(key.hashCode(), others.size()));
    }

    private Key first(Kind kind) throws InterruptedException {
        return tampering.picture().keySet().stream().filter(key -> key.value().startsWith(kind.prefix() + "/"))
                .findFirst().orElseThrow();
    }

    private long sum() throws InterruptedException {
        return tampering.picture().values().stream().mapToLong(bytes -> bytes.length).sum();
    }
}
