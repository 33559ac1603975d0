// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.SnapshotDraft;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.collect.CollectLimits;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A repository in memory with the snapshots and the WAL of a cluster that writes a segment of 1 MiB a day, and no byte of it by a
 * real server: retention reads heads only.
 */
final class Clinic {

    static final String NAME = "clinic";
    static final long SEGMENT = 1 << 20;
    private static final long CLUSTER = 7;

    final TestClock clock = new TestClock();
    final MemoryStore store = new MemoryStore(clock);
    final Vault owner;
    final WalArchive archive;
    final Path state;
    Lineage lineage;
    private long segment = 1;

    Clinic(Path state) throws InterruptedException {
        this.state = state;
        this.owner = TestVault.create(store, state.resolve("owner"), clock);
        this.archive = owner.wal("db1");
        this.lineage = archive.begin(new Lineage.Origin(CLUSTER, 1, new byte[0]), Lineage.Descent.begin(SEGMENT),
                server());
    }

    private static WalArchive.Server server() {
        return new WalArchive.Server((int) SEGMENT, 170_004, "db1");
    }

    Vault as(Role role) throws InterruptedException {
        return TestVault.openAs(role, owner, store, state.resolve(role.toString()), clock);
    }

    /** Days that pass, each with a segment and then a snapshot at its beginning. */
    void days(int count) throws InterruptedException {
        for (int day = 0; day < count; day++) {
            write();
            var _ = snapshot();
        }
    }

    /** A day that passes with a segment and without a snapshot. */
    void write() throws InterruptedException {
        clock.advance(Duration.ofDays(1));
        segment++;
        try (WalWriter writer = archive.writer(lineage, 1)) {
            Instant now = clock.instant();
            var _ = writer.put(new WalSpan((segment - 1) * SEGMENT, segment * SEGMENT), Optional.of(now), now,
                    (lsn, target, offset, length) -> Arrays.fill(target, offset, offset + length, (byte) (lsn >> 20)));
        }
    }

    /** LSN behind the last byte of WAL. */
    long written() {
        return segment * SEGMENT;
    }

    /** A day whose segment never arrives. */
    void lose() {
        clock.advance(Duration.ofDays(1));
        segment++;
    }

    /** Of the segment that was written last. */
    SnapshotHead snapshot() throws InterruptedException {
        return snapshot(NAME);
    }

    SnapshotHead snapshot(String system) throws InterruptedException {
        long start = (segment - 1) * SEGMENT;
        long stop = start + 5000;
        BackupFacts facts = new BackupFacts(new SystemId(CLUSTER), 170_004,
                TimelineId.of(lineage.origin().timeline()), new Lsn(start + 100), new Lsn(stop),
                clock.instant(), new WalSegmentSize((int) SEGMENT), new BackupFacts.Data(true, 0, false),
                new BackupFacts.Surroundings("postgres", BackupFacts.Configuration.INSIDE, 0));
        try (CaptureSession session =
                owner.capture(CaptureRequest.of(TakeBaseBackup.KIND, system, "postgres", "db1"))) {
            new SourceTree().file("a", 10, segment).into(session);
            return session.commit(new SnapshotDraft(clock.instant(), List.of(
                    new WalNeed(lineage.incarnation(), lineage.origin().timeline(), start, stop)), facts.toMap()));
        }
    }

    /** Another server takes over where the WAL ends: everything goes on in a new history. */
    void failOver() throws InterruptedException {
        backTo(0);
    }

    /** It is restored to where it was some segments ago, at most to where its history begins, and goes on in a new one. */
    void backTo(int segments) throws InterruptedException {
        segment = Math.max(segment - segments, lineage.descent().first() / SEGMENT + 1);
        byte[] history =
                (lineage.origin().timeline() + "\t" + WalSpan.lsn(segment * SEGMENT) + "\tpromoted\n").getBytes(
                        StandardCharsets.US_ASCII);
        lineage = archive.begin(new Lineage.Origin(CLUSTER, lineage.origin().timeline() + 1, history),
                new Lineage.Descent(Optional.of(lineage.incarnation()), segment * SEGMENT, true, segment * SEGMENT),
                server());
    }

    /** Both halves of garbage collection. */
    void collect() throws InterruptedException {
        for (int half = 0; half < 2; half++) {
            CollectLimits usual = CollectLimits.usual();
            var _ = owner.collect("a test",
                    new CollectLimits(usual.grace(), usual.givenUpAfter(), usual.deletionsMax(), true),
                    (_, _, _) -> {
                    }).apply(_ -> {
                    });
            clock.advance(Duration.ofHours(25));
        }
    }

    void assertSound(String what) throws Exception {
        CheckReport report = owner.check(Files.createTempDirectory(state, "check"), (_, _, _) -> {
        }).check(Depth.CONTENT, Optional.empty());
        assertThat(report.findings().stream().filter(each -> !each.what().contains("was removed and is still")))
                .as(what)
                .isEmpty();
    }

    PlanRetention planning(Vault vault) {
        return new PlanRetention(vault, store, vault.wal("a test"));
    }

    ApplyRetention applying(Vault vault) {
        return new ApplyRetention(vault, store, planning(vault), "a test");
    }
}
