// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.collect.CollectLimits;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** A repository in memory with a log, and an empty store beside it that it is copied to. */
final class Pair {

    static final int SEGMENT = 1 << 20;
    private static final Duration A_WHILE = Duration.ofMinutes(10);
    private static final Duration GRACE_OVER = Duration.ofHours(25);

    final TestClock clock = new TestClock();
    final MemoryStore original = new MemoryStore(clock);
    final MemoryStore copy = new MemoryStore(clock);
    final Vault owner;
    final Lineage lineage;
    private final WalArchive archive;
    private final Path state;
    private final byte[] log = SourceTree.noise(SEGMENT, 99);
    private final Map<String, SourceTree> trees = new HashMap<>();
    private long end;
    private long captured;

    Pair(Path state) throws InterruptedException {
        this.state = state;
        this.owner = TestVault.create(original, state.resolve("owner"), clock);
        this.archive = owner.wal("db1");
        this.lineage = archive.begin(new Lineage.Origin(7, 1, new byte[0]), Lineage.Descent.begin(0),
                new WalArchive.Server(SEGMENT, 170_004, "db1"));
    }

    /** A snapshot that shares half of its blocks with the one before. */
    SnapshotHead capture() throws InterruptedException {
        long number = captured++;
        SourceTree tree = new SourceTree().file("a", 9 * TestVault.SMALL.blockBytes(), number / 2)
                .file("d/b", 5000, 1000 + number);
        clock.advance(A_WHILE);
        SnapshotHead head = TestVault.capture(owner, tree);
        clock.advance(A_WHILE);
        trees.put(head.id().hex(), tree);
        return head;
    }

    /** So many bytes more of the log. */
    void stream(int bytes) throws InterruptedException {
        try (WalWriter writer = archive.writer(lineage, 1)) {
            long upTo = Math.min(end + bytes, (end / SEGMENT + 1) * SEGMENT);
            var _ = writer.put(new WalSpan(end, upTo), Optional.empty(), clock.instant(), this::read);
            end = upTo;
        }
    }

    private void read(long lsn, byte[] target, int offset, int length) {
        for (int i = 0; i < length; i++) {
            target[offset + i] = log[(int) ((lsn + i) % SEGMENT)];
        }
    }

    /** One whole range instead of the small ones of the first segment, which gc may then take. */
    void fold() throws InterruptedException {
        if (end >= SEGMENT) {
            try (WalWriter writer = archive.writer(lineage, 1)) {
                var _ = writer.replace(new WalSpan(0, SEGMENT), this::read);
            }
        }
    }

    /** Removes the oldest snapshot, if there are two. */
    void removeOldest() throws InterruptedException {
        List<SnapshotHead> all = owner.snapshots();
        if (all.size() > 1) {
            owner.roll().append("a test", List.of(new RollEvent.Removed(all.getLast().id())));
        }
    }

    /** One run of gc, and another after the grace: what nobody needs is gone. */
    void collect() throws InterruptedException {
        CollectLimits usual = CollectLimits.usual();
        CollectLimits limits = new CollectLimits(usual.grace(), usual.givenUpAfter(), usual.deletionsMax(), true);
        for (int half = 0; half < 2; half++) {
            owner.collect("a test", limits, (_, _, _) -> {
            }).apply(_ -> {
            });
            clock.advance(GRACE_OVER);
        }
    }

    CopyReport copy() throws InterruptedException {
        return copy(original, copy);
    }

    static CopyReport copy(Store from, Store to) throws InterruptedException {
        return new CopyRepository(from, to, (_, _) -> {
        }).run();
    }

    /** Opens a copy as its owner, on a host of its own. */
    Vault open(Store store) throws Exception {
        return TestVault.open(store, Files.createTempDirectory(state, "host"), clock);
    }

    /** Every snapshot that a copy shows is there to its last byte, and so is the log up to its end. */
    List<SnapshotHead> readAll(Store store) throws Exception {
        Vault vault = open(store);
        List<SnapshotHead> shown = vault.snapshots();
        for (SnapshotHead head : shown) {
            assertThat(SourceTree.read(vault.read(head))).isEqualTo(trees.get(head.id().hex()));
        }
        var cover = vault.wal("check").cover(lineage.incarnation());
        if (cover.end().isPresent()) {
            long to = cover.end().getAsLong();
            byte[] found = new byte[(int) to];
            vault.wal("check").read(lineage.incarnation(), new WalSpan(0, to),
                    (lsn, bytes, offset, length) -> System.arraycopy(bytes, offset, found, (int) lsn, length));
            for (int at = 0; at < to; at += SEGMENT / 8) {
                assertThat(found[at]).isEqualTo(log[at % SEGMENT]);
            }
        }
        return shown;
    }

    /** A copy has no damage, though what was removed from the original may still be there. */
    void assertSound(Store store, String what) throws Exception {
        Vault vault = open(store);
        CheckReport report = vault.check(Files.createTempDirectory(state, "check"), (_, _, _) -> {
        }).check(Depth.CONTENT, Optional.empty());
        assertThat(report.isSound()).as(what + ": " + report.findings()).isTrue();
    }

    static List<Key> keys(Store store, Kind kind) throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), blob -> keys.add(blob.key()));
        return keys;
    }
}
