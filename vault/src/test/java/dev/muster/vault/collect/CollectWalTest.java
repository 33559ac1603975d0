// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.capture.SnapshotDraft;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.check.Finding;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which WAL goes: what a longer range stands in for, and what was released and nobody needs. */
class CollectWalTest {

    private static final int SEGMENT = 1 << 20;
    private static final int TAIL = SEGMENT / 4;

    @TempDir
    private Path state;

    private Yard yard;
    private WalArchive archive;
    private Lineage lineage;
    private final byte[] log = SourceTree.noise(8 * SEGMENT, 99);

    @BeforeEach
    void begin() throws Exception {
        yard = new Yard(state);
        archive = yard.owner.wal("db1");
        lineage = archive.begin(new Lineage.Origin(7, 1, new byte[0]), Lineage.Descent.begin(0),
                new WalArchive.Server(SEGMENT, 170_004, "db1"));
    }

    @Test
    void smallRangesGoOnceALongerOneStandsInForThem() throws Exception {
        tails(archive, 0, 3);
        yard.clock.advance(Yard.A_WHILE);
        fold(archive, 1);
        assertThat(yard.keys(Kind.WAL)).hasSize(13);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("one folded segment and the tails of two").hasSize(9);
        assertReads(0, 3);
        yard.assertSound("after folding");
    }

    @Test
    void aCaptureHostDecidesOnlyOverWhatIsYoungAndWhatNoSnapshotNeeds() throws Exception {
        Vault capture = TestVault.openAs(Role.CAPTURE, yard.owner, yard.store, state.resolve("c"), yard.clock);
        WalArchive written = capture.wal("db1");
        tails(written, 0, 3);
        snapshot(0, TAIL + 1);
        yard.clock.advance(Yard.A_WHILE);
        fold(written, 0);
        fold(written, 1);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("two folded, two needed by a snapshot, four of the third").hasSize(8);
        yard.clock.advance(Duration.ofDays(40));
        fold(written, 2);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("what is older than a month stays").hasSize(9);
        assertReads(0, 3);
    }

    @Test
    void whatWasReleasedGoesUnlessASnapshotNeedsIt() throws Exception {
        tails(archive, 0, 6);
        SnapshotHead needy = snapshot(SEGMENT + 10, SEGMENT + 20);
        release(4L * SEGMENT);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("what the snapshot needs, and two segments").hasSize(9);
        assertThat(archive.cover(lineage.incarnation()).contains(new WalSpan(SEGMENT + 10, SEGMENT + 20))).isTrue();
        yard.assertSound("after a release");
        yard.remove(needy);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).hasSize(8);
        release(6L * SEGMENT);
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("the end of a history stays").hasSize(8);
        assertThat(yard.keys(Kind.LINEAGE)).hasSize(1);
        yard.assertSound("after more");
        tails(archive, 6, 7);
        assertReads(4, 7);
    }

    @Test
    void whatWasReleasedInTheMiddleLeavesAHoleThatIsNoDamageAndAnotherHoleIs() throws Exception {
        tails(archive, 0, 8);
        SnapshotHead old = snapshot(10, 20);
        release(SEGMENT, 3L * SEGMENT);
        release(4L * SEGMENT, 5L * SEGMENT);
        yard.collect();
        assertThat(archive.cover(lineage.incarnation()).spans()).containsExactly(segment(0), segment(3),
                new WalSpan(5L * SEGMENT, 8L * SEGMENT));
        yard.assertSound("with two stretches released");
        assertReads(0, 1);
        assertThatThrownBy(() -> assertReads(0, 4)).isInstanceOf(WalFault.Released.class)
                .hasMessageContaining(WalSpan.lsn(SEGMENT));
        assertThat(yard.owner.snapshot(old.id().hex())).isPresent();

        List<Key> ofSegment3 = yard.keys(Kind.WAL).stream()
                .filter(key -> key.value().contains(String.format("/%016X", 3 * SEGMENT).toLowerCase(Locale.ROOT)))
                .toList();
        assertThat(ofSegment3).hasSize(1);
        yard.store.delete(ofSegment3.getFirst());
        CheckReport report = yard.owner.check(state, (_, _, _) -> {
        }).check(Depth.STRUCTURE, Optional.empty());
        assertThat(report.findings()).singleElement().extracting(Finding::key).asString()
                .contains(new WalSpan(3L * SEGMENT, 3L * SEGMENT + TAIL).toString());
        assertThatThrownBy(() -> assertReads(3, 4)).isInstanceOf(WalFault.Gap.class);
    }

    @Test
    void aReleaseThatReachesTheEndLeavesWhatAReceiverIsKnownBy() throws Exception {
        tails(archive, 0, 6);
        release(0, -1);
        yard.collect();
        assertThat(archive.cover(lineage.incarnation()).spans()).containsExactly(
                new WalSpan(4L * SEGMENT, 6L * SEGMENT));
        tails(archive, 6, 7);
        yard.assertSound("after a release of everything");
        assertReads(4, 7);
    }

    @Test
    void whatIsFoldedAcrossTheEdgeOfAReleaseStaysWhole() throws Exception {
        tails(archive, 0, 6);
        release(SEGMENT, 2L * SEGMENT + TAIL);
        fold(archive, 2);
        yard.collect();
        assertThat(archive.cover(lineage.incarnation()).spans()).containsExactly(segment(0),
                new WalSpan(2L * SEGMENT, 6L * SEGMENT));
        assertReads(2, 6);
        assertThat(archive.unfolded(lineage, new WalSpan(0, 6L * SEGMENT))).containsExactly(segment(0), segment(3),
                segment(4), segment(5));
        yard.assertSound("after folding at the edge");
    }

    @Test
    void aSnapshotIsNotCommittedOnWalThatIsCondemned() throws Exception {
        tails(archive, 0, 5);
        release(2L * SEGMENT);
        yard.gc();
        assertThatThrownBy(() -> snapshot(10, 20)).isInstanceOf(VaultFault.NotCommitted.class)
                .hasMessageContaining("WAL");
        assertThat(yard.owner.snapshots()).isEmpty();
        snapshot(3L * SEGMENT, 3L * SEGMENT + 9);
    }

    @Test
    void aProposalKeepsItsWal() throws Exception {
        tails(archive, 0, 5);
        Vault writer = yard.host("writer", point -> {
            if (point.equals("capture.before-commit")) {
                Meanwhile.run(() -> {
                    release(2L * SEGMENT);
                    yard.collect();
                });
            }
        });
        try (CaptureSession session = writer.capture(TestVault.request())) {
            new SourceTree().file("a", 10, 1).into(session);
            session.commit(draft(10, 20));
        }
        assertThat(yard.keys(Kind.WAL)).as("what is condemned waits for the writer").hasSize(20);
        yard.gc();
        assertThat(yard.keys(Kind.WAL)).as("the first tail stays, seven of eight go").hasSize(13);
        yard.assertSound("after a commit on released WAL");
    }

    @Test
    void whoHasSaidWhereItsWalBeginsKeepsAllFromThereHoweverLongItReads() throws Exception {
        tails(archive, 0, 6);
        WalNeed from = new WalNeed(lineage.incarnation(), 1, 2L * SEGMENT, 2L * SEGMENT);
        try (CaptureSession session = yard.owner.capture(TestVault.request())) {
            session.keepLog(List.of(from));
            release(5L * SEGMENT);
            yard.collect();
            yard.collect();
            new SourceTree().file("a", 10, 1).into(session);
            // What is condemned is not committed on.
            session.commit(draft(2L * SEGMENT + 10, 3L * SEGMENT + 20));
        }
        yard.collect();
        assertThat(archive.cover(lineage.incarnation()).spans()).containsExactly(
                new WalSpan(2L * SEGMENT, 3L * SEGMENT + TAIL), new WalSpan(4L * SEGMENT, 6L * SEGMENT));
        yard.assertSound("after a backup that took longer than the grace");
    }

    @Test
    void whoReadsASnapshotKeepsTheWalThatARecoveryFromItReads() throws Exception {
        tails(archive, 0, 6);
        SnapshotHead restored = snapshot(SEGMENT + 10, SEGMENT + 20);
        snapshot(5L * SEGMENT, 5L * SEGMENT + 9);
        WalNeed replayed = new WalNeed(lineage.incarnation(), 1, SEGMENT + 10, 6L * SEGMENT);
        try (ReadingSession reading = yard.owner.hold(restored, "db2", "restore", List.of(replayed))) {
            yard.remove(restored);
            release(5L * SEGMENT);
            yard.collect();
            reading.keepAlive();
            yard.collect();
            assertReads(2, 6);
            assertThat(archive.cover(lineage.incarnation()).contains(new WalSpan(SEGMENT + 10, 6L * SEGMENT)))
                    .isTrue();
        }
        yard.collect();
        assertThat(yard.keys(Kind.WAL)).as("two segments").hasSize(8);
    }

    @Test
    void aReadThatOutlivesWhatItListedFindsWhatStandsInForIt() throws Exception {
        tails(archive, 0, 4);
        byte[] found = new byte[4 * SEGMENT];
        AtomicBoolean slept = new AtomicBoolean();
        archive.read(lineage.incarnation(), new WalSpan(0, 4L * SEGMENT), (lsn, bytes, offset, length) -> {
            System.arraycopy(bytes, offset, found, (int) lsn, length);
            if (!slept.getAndSet(true)) {
                Meanwhile.run(() -> {
                    fold(archive, 2);
                    yard.collect();
                });
            }
        });
        assertThat(yard.keys(Kind.WAL)).as("one segment was folded").hasSize(13);
        assertThat(found).isEqualTo(Arrays.copyOf(log, 4 * SEGMENT));
    }

    @Test
    void otherBytesAreRefusedThoughWhatAWriterRemembersWasCollected() throws Exception {
        try (WalWriter writer = archive.writer(lineage, 1)) {
            for (int at = 0; at < 2 * SEGMENT; at += TAIL) {
                put(writer, at, TAIL);
            }
            fold(yard.host("other", _ -> {
            }).wal("db2"), 1);
            yard.collect();
            byte[] others = SourceTree.noise(TAIL, 100);
            assertThatThrownBy(() -> writer.put(new WalSpan(SEGMENT, SEGMENT + TAIL), Optional.empty(),
                    yard.clock.instant(), (lsn, target, offset, length) -> System.arraycopy(others,
                            (int) lsn - SEGMENT, target, offset, length)))
                    .isInstanceOf(WalFault.Diverges.class);
            put(writer, 2 * SEGMENT, TAIL);
        }
        assertReads(0, 2);
    }

    @Test
    void aRangeWhoseHeadIsDamagedStaysAndIsNoticed() throws Exception {
        tails(archive, 0, 5);
        Key first = yard.keys(Kind.WAL).getFirst();
        byte[] bytes = yard.store.read(first, Range.whole());
        bytes[200] ^= 1;
        yard.store.delete(first);
        yard.store.put(first, Content.of(bytes));
        release(2L * SEGMENT);
        CollectReport report = yard.collect();
        assertThat(report.plan().notices()).singleElement().asString().contains(first.value());
        assertThat(yard.keys(Kind.WAL)).contains(first).hasSize(13);
    }

    @Test
    void foldingAndStreamingGoOnBesideIt() throws Exception {
        WalWriter writer = archive.writer(lineage, 1);
        for (int segment = 0; segment < 6; segment++) {
            for (int tail = 0; tail < 4; tail++) {
                put(writer, segment * SEGMENT + tail * TAIL, TAIL);
                if (tail == 2) {
                    yard.gc();
                    yard.clock.advance(Yard.GRACE_OVER);
                }
            }
            var _ = writer.replace(segment(segment), this::read);
            yard.gc();
        }
        yard.collect();
        assertReads(0, 6);
        assertThat(yard.keys(Kind.WAL)).hasSize(6);
        yard.assertSound("after streaming");
    }

    private void tails(WalArchive into, int from, int to) throws InterruptedException {
        try (WalWriter writer = into.writer(lineage, 1)) {
            for (int at = from * SEGMENT; at < to * SEGMENT; at += TAIL) {
                put(writer, at, TAIL);
            }
        }
    }

    private void put(WalWriter writer, int start, int length) throws InterruptedException {
        var _ = writer.put(new WalSpan(start, start + length), Optional.empty(), yard.clock.instant(), this::read);
    }

    private void read(long lsn, byte[] target, int offset, int length) {
        System.arraycopy(log, (int) lsn, target, offset, length);
    }

    private void fold(WalArchive with, int segment) throws InterruptedException {
        try (WalWriter writer = with.writer(lineage, 1)) {
            var _ = writer.replace(segment(segment), this::read);
        }
    }

    private static WalSpan segment(int number) {
        return new WalSpan((long) number * SEGMENT, (number + 1L) * SEGMENT);
    }

    private void release(long below) throws InterruptedException {
        release(0, below);
    }

    private void release(long start, long end) throws InterruptedException {
        var release = new RollEvent.Release(lineage.incarnation(), start, end);
        yard.reaper().roll().append("a test", List.of(new RollEvent.WalReleased(release)));
    }

    private SnapshotHead snapshot(long start, long end) throws InterruptedException {
        try (CaptureSession session = yard.owner.capture(TestVault.request())) {
            new SourceTree().file("a", 10, 1).into(session);
            return session.commit(draft(start, end));
        }
    }

    private SnapshotDraft draft(long start, long end) {
        return new SnapshotDraft(SourceTree.TIME, List.of(new WalNeed(lineage.incarnation(), 1, start, end)),
                Map.of());
    }

    private void assertReads(int from, int to) throws Exception {
        byte[] found = new byte[(to - from) * SEGMENT];
        int base = from * SEGMENT;
        archive.read(lineage.incarnation(), new WalSpan(base, (long) to * SEGMENT),
                (lsn, bytes, offset, length) -> System.arraycopy(bytes, offset, found, (int) lsn - base, length));
        assertThat(found).isEqualTo(Arrays.copyOfRange(log, base, to * SEGMENT));
    }
}
