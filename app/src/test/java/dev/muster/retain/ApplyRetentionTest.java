// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.postgres.restore.Reach;
import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.system.ReadRecoveryPoints;
import dev.muster.system.RecoveryPoints;
import dev.muster.system.RetentionPolicy;
import dev.muster.system.Tier;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.fixture.Around;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Retention over a repository: planned, carried out, and what gc, check and points make of it. */
class ApplyRetentionTest {

    @TempDir
    private Path state;

    private Clinic clinic;
    private Vault reaper;

    @BeforeEach
    void begin() throws Exception {
        clinic = new Clinic(state);
        reaper = clinic.as(Role.REAP);
    }

    @Test
    void monthliesKeepTheirOwnWalAndTheWindowKeepsAllOfItsOwn() throws Exception {
        clinic.clock.advance(Duration.ofDays(20));
        clinic.days(20);
        RetentionPolicy policy = policy(5, 3, Duration.ofDays(3));
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
        assertThat(plan.snapshots().kept()).hasSize(5 + 1);
        assertThat(plan.isMet()).as(String.join(" ", plan.snapshots().unmet())).isTrue();
        Instant from = plan.snapshots().windowFrom().orElseThrow();
        long reachable = moments(from);
        clinic.applying(reaper).apply(plan, true);

        assertThat(clinic.owner.snapshots()).hasSize(6);
        assertThat(moments(from)).as("moments of the window").isEqualTo(reachable).isPositive();
        assertLikeBefore();
        clinic.assertSound("before gc");
        RecoveryPoints before = points();
        clinic.collect();
        clinic.assertSound("after gc");
        assertThat(points().windows()).hasSameSizeAs(before.windows());
        assertThat(moments(from)).isEqualTo(reachable);
        assertLikeBefore();
        assertThat(clinic.archive.cover(clinic.lineage.incarnation()).bytes()).as("of 20 segments")
                .isEqualTo((1 + 5) * Clinic.SEGMENT);
        readsWhatItsSnapshotsNeed();

        RetentionPlan again = clinic.planning(reaper).plan(Clinic.NAME, policy);
        assertThat(again.isEmpty()).as(again.toString()).isTrue();
        int entries = clinic.owner.roll().read().size();
        clinic.applying(reaper).apply(again, false);
        assertThat(clinic.owner.roll().read().size()).as("what changes nothing says nothing").isEqualTo(entries);
    }

    @Test
    void aHoldThatIsPutWhileItIsPlannedIsNotOverruled() throws Exception {
        clinic.days(10);
        RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, policy(1, 1, Duration.ofDays(2)));
        String going = plan.snapshots().expiring().getFirst().id();
        Store watched = holdingOnce(going);
        assertThatThrownBy(() -> applyThrough(watched, plan)).isInstanceOf(RetainFault.Changed.class);
        assertThat(clinic.owner.snapshots()).anyMatch(head -> head.id().hex().equals(going)).hasSize(10);
    }

    private void applyThrough(Store through, RetentionPlan plan) throws InterruptedException {
        Vault late = TestVault.open(through, state.resolve("late"), clinic.clock);
        var planning = new PlanRetention(late, through, late.wal("late"));
        new ApplyRetention(late, through, planning, "late").apply(plan, true);
    }

    /** Somebody holds this snapshot while proofs are listed, which is after the holds. */
    private Store holdingOnce(String snapshot) {
        AtomicBoolean held = new AtomicBoolean();
        return new Around(clinic.store) {
            @Override
            public void list(Prefix prefix, Each each) throws InterruptedException {
                if (prefix.value().startsWith("proof") && !held.getAndSet(true)) {
                    var _ = new HoldSnapshot(clinic.owner, "another").hold(snapshot, "a lawsuit", new SecureRandom());
                }
                super.list(prefix, each);
            }
        };
    }

    @Test
    void retentionDayAfterDayNeverTakesWhatALaterDayNeeds() throws Exception {
        RetentionPolicy policy = policy(4, 2, Duration.ofDays(6));
        for (int day = 0; day < 18; day++) {
            clinic.days(1);
            if (day % 7 == 3) {
                clinic.collect();
            }
            RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
            clinic.applying(reaper).apply(plan, false);
            assertThat(points().gaps()).as("day " + day).isEmpty();
            assertThat(plan.isMet()).as("day " + day + plan.snapshots().unmet()).isTrue();
            if (day % 5 == 0) {
                readsWhatItsSnapshotsNeed();
            }
        }
        readsWhatItsSnapshotsNeed();
        clinic.assertSound("after 18 days");
        assertThat(clinic.owner.snapshots()).hasSizeBetween(5, 9);
    }

    @Test
    void aGapInTheWindowKeepsWhatLiesBeforeItAndIsSaid() throws Exception {
        clinic.days(20);
        clinic.lose();
        clinic.days(2);
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(1, 1, Duration.ofDays(5)));
        Instant from = plan.snapshots().windowFrom().orElseThrow();
        long reachable = moments(from);
        assertThat(plan.snapshots().unmet()).singleElement().asString().contains("has a gap");
        clinic.applying(reaper).apply(plan, true);
        assertThat(moments(from)).isEqualTo(reachable);
        assertThat(points().gaps()).as("a real gap is still one").hasSize(1);
    }

    @Test
    void aWindowOverAFailOverKeepsTheWayThroughBothHistories() throws Exception {
        clinic.days(20);
        clinic.failOver();
        for (int day = 0; day < 3; day++) {
            clinic.write();
        }
        var _ = clinic.snapshot();
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(1, 1, Duration.ofDays(7)));
        Instant from = plan.snapshots().windowFrom().orElseThrow();
        long reachable = moments(from);
        clinic.applying(reaper).apply(plan, true);
        clinic.collect();
        clinic.assertSound("over a fail-over");
        assertThat(moments(from)).isEqualTo(reachable).isPositive();
        clinic.days(10);
        RetentionPlan later = clinic.planning(reaper).plan(Clinic.NAME, policy(1, 1, Duration.ofDays(7)));
        clinic.applying(reaper).apply(later, true);
        clinic.collect();
        clinic.assertSound("when the old history has passed");
        assertThat(clinic.owner.snapshots()).allMatch(head -> head.body()
                .needs()
                .getFirst()
                .incarnation()
                .equals(clinic.lineage.incarnation()));
    }

    @Test
    void whoWasRestoredToAnEarlierMomentCanStillGoBackToWhatWasLeft() throws Exception {
        clinic.days(10);
        long abandoned = clinic.written();
        Lineage left = clinic.lineage;
        clinic.backTo(3);
        clinic.days(2);
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(1, 1, Duration.ofDays(6)));
        Instant from = plan.snapshots().windowFrom().orElseThrow();
        long reachable = moments(from);
        clinic.applying(reaper).apply(plan, true);
        clinic.collect();
        clinic.assertSound("after a restore to an earlier moment");
        assertThat(moments(from)).isEqualTo(reachable).isPositive();
        assertThat(clinic.archive.cover(left.incarnation()).contains(new WalSpan(abandoned - 4 * Clinic.SEGMENT,
                abandoned))).as("all that was left behind, and is in the window").isTrue();
    }

    @Test
    void whatHasChangedSinceItWasShownIsNotCarriedOut() throws Exception {
        clinic.days(10);
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(6, 1, Duration.ofDays(1)));
        clinic.days(1);
        assertThatThrownBy(() -> clinic.applying(reaper).apply(plan, false)).isInstanceOf(RetainFault.Changed.class);
        assertThat(clinic.owner.snapshots()).hasSize(11);
    }

    @Test
    void moreThanHalfGoesOnlyIfThatIsSaid() throws Exception {
        clinic.days(10);
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(4, 1, Duration.ofDays(1)));
        assertThatThrownBy(() -> clinic.applying(reaper).apply(plan, false)).isInstanceOf(RetainFault.Most.class);
        assertThat(clinic.owner.snapshots()).hasSize(10);
        clinic.applying(reaper).apply(plan, true);
        assertThat(clinic.owner.snapshots()).hasSize(4);
    }

    @Test
    void aCaptureHostPlansAndDoesNotApply() throws Exception {
        clinic.days(10);
        Vault capture = clinic.as(Role.CAPTURE);
        RetentionPlan plan = clinic.planning(capture).plan(Clinic.NAME, policy(6, 1, Duration.ofDays(1)));
        assertThat(plan.isEmpty()).isFalse();
        assertThatThrownBy(() -> clinic.applying(capture).apply(plan, false))
                .isInstanceOf(VaultFault.NotGranted.class);
    }

    @Test
    void whoReadsASnapshotKeepsItsWalThoughItExpires() throws Exception {
        clinic.days(10);
        SnapshotHead oldest = clinic.owner.snapshots().getLast();
        RetentionPolicy policy = policy(6, 1, Duration.ofDays(1));
        try (ReadingSession _ = clinic.owner.hold(oldest, "db1", "a restore")) {
            RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
            assertThat(plan.snapshots().expiring()).extracting(Snapshot::id).contains(oldest.id().hex());
            clinic.applying(reaper).apply(plan, false);
            clinic.collect();
            assertThat(SourceRead.names(clinic.owner, oldest)).containsExactly("a");
            assertThat(clinic.archive.cover(clinic.lineage.incarnation())
                    .contains(new WalSpan(Clinic.SEGMENT, Clinic.SEGMENT + 5000))).isTrue();
        }
    }

    @Test
    void aHoldKeepsASnapshotAndItsWalUntilAnOwnerReleasesIt() throws Exception {
        clinic.days(12);
        RetentionPolicy policy = policy(6, 1, Duration.ofDays(1));
        SnapshotHead oldest = clinic.owner.snapshots().getLast();
        String prefix = oldest.id().hex().substring(0, 8);
        var _ = new HoldSnapshot(reaper, "a test").hold(prefix, "case 7", new SecureRandom());
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
        assertThat(plan.snapshots().all().getLast().because()).contains("held: case 7");
        clinic.applying(reaper).apply(plan, false);
        clinic.collect();
        readsWhatItsSnapshotsNeed();
        assertThat(clinic.owner.snapshots()).hasSize(7).contains(oldest);
        assertThatThrownBy(() -> new HoldSnapshot(reaper, "a test").release(prefix, "over"))
                .isInstanceOf(VaultFault.NotGranted.class);
        assertThat(new HoldSnapshot(clinic.owner, "a test").release(prefix, "over")).hasSize(1);
        clinic.applying(reaper).apply(clinic.planning(reaper).plan(Clinic.NAME, policy), false);
        assertThat(clinic.owner.snapshots()).hasSize(6).doesNotContain(oldest);
        assertThatThrownBy(() -> new HoldSnapshot(reaper, "a test").hold(prefix, "late", new SecureRandom()))
                .isInstanceOf(VaultFault.Unknown.class);
    }

    @Test
    void walOfAClusterThatAnotherSystemHasSnapshotsOfStays() throws Exception {
        clinic.days(10);
        var _ = clinic.snapshot("twin");
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy(6, 1, Duration.ofDays(1)));
        assertThat(plan.snapshots().all()).hasSize(10);
        assertThat(plan.log()).isEmpty();
        assertThat(plan.warnings()).singleElement().asString().contains("other systems");
    }

    @Test
    void theLastThatWasProvenByARestoreStays() throws Exception {
        clinic.days(8);
        RetentionPolicy policy = policy(3, 1, Duration.ZERO);
        assertThat(clinic.planning(reaper).plan(Clinic.NAME, policy).proofsCount()).isFalse();
        List<SnapshotHead> newestFirst = clinic.owner.snapshots();
        Vault examiner = clinic.as(Role.RESTORE);
        proof(examiner, newestFirst.get(7), Level.RESTORED, true);
        proof(examiner, newestFirst.get(6), Level.ASSERTED, true);
        proof(examiner, newestFirst.get(5), Level.RESTORED, true);
        proof(examiner, newestFirst.get(5), Level.RESTORED, false);
        proof(examiner, newestFirst.get(4), Level.BYTES, true);
        RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
        assertThat(plan.proofsCount()).isTrue();
        assertThat(plan.isMet()).isTrue();
        assertThat(plan.snapshots().all().get(6).because()).containsExactly("the newest of postgres that is proven");
        clinic.applying(reaper).apply(plan, true);
        assertThat(clinic.owner.snapshots()).hasSize(4).contains(newestFirst.get(6));
        clinic.collect();
        readsWhatItsSnapshotsNeed();
    }

    private void proof(Vault examiner, SnapshotHead of, Level level, boolean held) throws InterruptedException {
        Instant now = clinic.clock.instant();
        var _ = examiner.proofs().put(new Proof(examiner.proofs().instance(),
                new Proof.Origin(Uid.NONE, now, now, "db1", "a test"),
                new Proof.Subject(Clinic.NAME, of.id(), ""),
                new Proof.Result(level, held, List.of(), List.of(), now.plusSeconds(60)),
                new Examined(Examined.Amount.NONE, Examined.Amount.NONE, now, List.of()), Proof.Recovery.NONE));
    }

    private static RetentionPolicy policy(int daily, int monthly, Duration window) {
        return new RetentionPolicy(Map.of(Tier.DAILY, daily, Tier.MONTHLY, monthly), Duration.ZERO, Map.of(), 1,
                window, ZoneOffset.UTC);
    }

    private RecoveryPoints points() throws InterruptedException {
        return new ReadRecoveryPoints(clinic.owner, clinic.archive).read(Clinic.NAME);
    }

    private void assertLikeBefore() throws InterruptedException {
        assertThat(points().gaps()).as("what was released is no gap").isEmpty();
        assertThat(points().snapshots()).allMatch(RecoveryPoints.Point::restorable);
    }

    /** How many hours from this one to now can be reached. */
    private long moments(Instant from) throws InterruptedException {
        List<Reach> reaches =
                new ReadRecoverable(clinic.owner, clinic.archive).read(Clinic.NAME).reaches();
        long count = 0;
        for (Instant moment = from; moment.isBefore(clinic.clock.instant()); moment = moment.plusSeconds(3600)) {
            Instant wanted = moment;
            count += reaches.stream()
                    .filter(reach -> reach.contains(wanted) && reach.endTime().isPresent())
                    .findFirst()
                    .map(_ -> 1)
                    .orElse(0);
        }
        return count;
    }

    private void readsWhatItsSnapshotsNeed() throws Exception {
        for (SnapshotHead head : clinic.owner.snapshots()) {
            var need = head.body().needs().getFirst();
            long[] read = {0};
            var _ = clinic.archive.read(need.incarnation(), new WalSpan(need.start(), need.end()),
                    (_, _, _, length) -> read[0] += length);
            assertThat(read[0]).isEqualTo(need.end() - need.start());
            assertThat(Optional.of(SourceRead.names(clinic.owner, head))).contains(List.of("a"));
        }
    }
}
