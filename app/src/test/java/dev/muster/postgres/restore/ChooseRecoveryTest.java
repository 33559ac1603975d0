// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.restore.WalSearch.Found;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static dev.muster.postgres.restore.Repository.at;
import static dev.muster.postgres.restore.Repository.minute;
import static dev.muster.postgres.restore.Repository.timeline;
import static dev.muster.postgres.restore.Repository.uid;
import static dev.muster.postgres.restore.Repository.wal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChooseRecoveryTest {

    private static final TimelineChoice LATEST = new TimelineChoice.Latest();
    private static final String COMMAND = "muster restore clinic --to latest --into /srv/clinic";
    private static final TimelineChoice CURRENT = new TimelineChoice.Current();

    private static Chosen choose(Repository repository, RecoveryTarget target, TimelineChoice timeline)
            throws InterruptedException {
        return choose(repository, target, timeline, new Records());
    }

    /** What the WAL says: by default that records end where it ends, and that none stops a recovery. */
    private static class Records implements WalSearch {

        @Override
        public List<Found> find(Reach reach, RecoveryTarget target) {
            return List.of();
        }

        @Override
        public Lsn lastEnd(Reach reach) {
            return reach.end();
        }

        @Override
        public Optional<Instant> lastTransaction(Reach reach) {
            return Optional.empty();
        }
    }

    private static Records records(Found... found) {
        return new Records() {
            @Override
            public List<Found> find(Reach reach, RecoveryTarget target) {
                return List.of(found);
            }
        };
    }

    private static Chosen choose(Repository repository, RecoveryTarget target, TimelineChoice timeline,
            WalSearch search) throws InterruptedException {
        return new ChooseRecovery(repository.recoverable(), search, COMMAND).choose(target, timeline);
    }

    private static RecoveryTarget time(double minute) {
        return new RecoveryTarget.Time(minute(minute), false);
    }

    private static RecoveryTarget position(double segment) {
        return new RecoveryTarget.Position(at(segment), false);
    }

    /** Two snapshots, WAL without a gap. */
    private static Repository simple() {
        return new Repository().first(1, wal(1, 9.5, 100))
                .snapshot("aaaa", 1, 2.1, 2.2, 20)
                .snapshot("bbbb", 1, 5.1, 5.2, 50);
    }

    /** The same, and from 7.5 on another history, which began at minute 120 with the state of minute 70. */
    private static Repository forked() {
        return simple().clock(1, 7.5, 70).child(2, 2, 1, 7.5, 120, wal(7, 12, 200)).snapshot("cccc", 2, 10.1, 10.2,
                150);
    }

    @Test
    void latestIsTheEndOfTheWalFromTheNewestSnapshot() throws InterruptedException {
        var chosen = choose(simple(), new RecoveryTarget.Latest(), LATEST);

        assertThat(chosen.reach().point().id()).isEqualTo("bbbb");
        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(9.5)));
        assertThat(chosen.notes()).isEmpty();
    }

    @Test
    void immediateIsTheEndOfTheNewestSnapshot() throws InterruptedException {
        var chosen = choose(simple(), new RecoveryTarget.Immediate(), LATEST);

        assertThat(chosen.reach().point().id()).isEqualTo("bbbb");
        assertThat(chosen.stop()).isEqualTo(new Stop.Consistent(at(5.2)));
    }

    @Test
    void aSnapshotIsNamedByTheBeginningOfItsId() throws InterruptedException {
        var chosen = choose(simple(), new RecoveryTarget.Snapshot("aaaa"), LATEST);

        assertThat(chosen.reach().point().id()).isEqualTo("aaaa");
        assertThat(chosen.stop()).isEqualTo(new Stop.Consistent(at(2.2)));
        assertThatThrownBy(() -> choose(simple(), new RecoveryTarget.Snapshot("0000"), LATEST))
                .isInstanceOf(RestoreFault.TargetUnreachable.class);
        var twins = simple().snapshot("bbbc", 1, 6, 6.1, 60);
        assertThatThrownBy(() -> choose(twins, new RecoveryTarget.Snapshot("bbb"), LATEST))
                .isInstanceOfSatisfying(RestoreFault.TargetAmbiguous.class,
                        fault -> assertThat(fault.remedy()).contains("bbbb").contains("bbbc"));
    }

    @Test
    void aMomentIsReachedFromTheNewestSnapshotBeforeIt() throws InterruptedException {
        assertThat(choose(simple(), time(49.9), LATEST).reach().point().id()).isEqualTo("aaaa");
        assertThat(choose(simple(), time(50), LATEST).reach().point().id()).isEqualTo("bbbb");
        assertThat(choose(simple(), time(60), LATEST, records(new Found(at(6.1), at(6.2), minute(61)))).stop())
                .isEqualTo(new Stop.AtTarget(time(60), Optional.of(at(6.1))));
    }

    @Test
    void ifNothingWasWrittenUpToAMomentThatTheWalReachesAllOfItIsReplayed() throws InterruptedException {
        var chosen = choose(simple(), time(100), LATEST);

        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(9.5)));
        assertThat(chosen.notes()).singleElement().asString().contains("all of it is replayed");
        assertThat(choose(simple(), position(9.5), LATEST).stop()).isEqualTo(new Stop.EndOfWal(at(9.5)));
    }

    @Test
    void aPositionIsReachedFromTheNewestSnapshotBeforeIt() throws InterruptedException {
        assertThat(choose(simple(), position(5.1), LATEST).reach().point().id()).isEqualTo("aaaa");
        assertThat(choose(simple(), position(5.2), LATEST).reach().point().id()).isEqualTo("bbbb");
        var record = new Found(at(9.1), at(9.2), minute(0));
        assertThat(choose(simple(), position(9.1), LATEST, records(record)).stop())
                .isEqualTo(new Stop.AtTarget(position(9.1), Optional.of(at(9.2))));
        var exclusive = new RecoveryTarget.Position(at(9.1), true);
        assertThat(choose(simple(), exclusive, LATEST, records(record)).stop())
                .isEqualTo(new Stop.AtTarget(exclusive, Optional.of(at(9.1))));
    }

    /** WAL that no receiver has stored: nobody knows until when it reaches. */
    @Test
    void theEndOfTheNewestTransactionIsReachedThoughTheEndOfTheWalIsNotKnown() throws InterruptedException {
        var repository = new Repository().first(1, wal(1, 4, -1)).snapshot("aaaa", 1, 2.1, 2.2, 20);
        var records = new Records() {
            @Override
            public Optional<Instant> lastTransaction(Reach reach) {
                return Optional.of(minute(30));
            }
        };

        assertThat(choose(repository, time(30), LATEST, records).stop()).isEqualTo(new Stop.EndOfWal(at(4)));
        assertThat(choose(repository, time(30.1), LATEST, records).stop())
                .as("the server will tell").isEqualTo(new Stop.AtTarget(time(30.1), Optional.empty()));
    }

    @Test
    void aMomentOutsideEveryWindowIsRefusedWithTheNearestOnes() {
        var gap = new Repository().first(1, wal(1, 4, 40), wal(6, 9, 90)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .snapshot("bbbb", 1, 7.1, 7.2, 70);

        assertThatThrownBy(() -> choose(gap, time(19.9), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("before the end of the first snapshot");
                    assertThat(fault.remedy()).contains("after it is 2026-11-20 00:20:00Z")
                            .doesNotContain("before it is");
                });
        assertThatThrownBy(() -> choose(gap, time(55), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("lacks WAL");
                    assertThat(fault.remedy()).doesNotContain(COMMAND).contains("before it is 2026-11-20 00:40:00Z")
                            .contains("after it is 2026-11-20 01:10:00Z");
                });
        assertThatThrownBy(() -> choose(gap, time(90.1), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("after the last WAL");
                    assertThat(fault.remedy()).contains("before it is 2026-11-20 01:30:00Z")
                            .contains("If nothing was written after that", COMMAND + ".")
                            .doesNotContain("after it is");
                });
        assertThatThrownBy(() -> choose(gap, position(5), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("lacks WAL");
                    assertThat(fault.remedy()).contains("before it is lsn:0/4000000")
                            .contains("after it is lsn:" + at(7.2));
                });
        assertThatThrownBy(() -> choose(gap, position(9.1), LATEST)).isInstanceOf(RestoreFault.TargetUnreachable.class)
                .hasMessageContaining("after the last WAL");
    }

    @Test
    void whatWasReleasedIsSaidToHaveBeen() {
        var released = new Repository().first(1, wal(1, 4, 40), wal(6, 9, 90)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .snapshot("bbbb", 1, 7.1, 7.2, 70).released(1, 4, 6);

        assertThatThrownBy(() -> choose(released, time(55), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("was released by retention");
                    assertThat(fault.remedy()).contains("before it is 2026-11-20 00:40:00Z")
                            .contains("after it is 2026-11-20 01:10:00Z");
                });
        assertThatThrownBy(() -> choose(released, position(5), LATEST))
                .isInstanceOf(RestoreFault.TargetUnreachable.class)
                .hasMessageContaining("was released by retention");
    }

    @Test
    void latestSaysWhatLiesBehindAGap() throws InterruptedException {
        var gap = new Repository().first(1, wal(1, 4, 40), wal(6, 9, 90)).snapshot("aaaa", 1, 2.1, 2.2, 20);

        var chosen = choose(gap, new RecoveryTarget.Latest(), LATEST);

        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(4)));
        assertThat(chosen.notes()).singleElement().asString().contains("0/6000000").contains("gap");
    }

    @Test
    void aSnapshotWhoseWalIsIncompleteIsNotUsed() {
        var torn = new Repository().first(1, wal(1, 2.15, 20)).snapshot("aaaa", 1, 2.1, 2.2, 20);

        assertThatThrownBy(() -> choose(torn, new RecoveryTarget.Latest(), LATEST))
                .isInstanceOf(RestoreFault.NothingToRestore.class);
        assertThatThrownBy(() -> choose(torn, new RecoveryTarget.Snapshot("aaaa"), LATEST))
                .isInstanceOf(RestoreFault.NothingToRestore.class);
        assertThatThrownBy(() -> choose(new Repository(), new RecoveryTarget.Latest(), LATEST))
                .isInstanceOf(RestoreFault.NothingToRestore.class);
    }

    @Test
    void aSnapshotLeadsAcrossAForkThatLiesAfterIt() throws InterruptedException {
        var noneOnTheChild = simple().clock(1, 7.5, 70).child(2, 2, 1, 7.5, 120, wal(7, 12, 200));

        var chosen = choose(noneOnTheChild, new RecoveryTarget.Latest(), LATEST);

        assertThat(chosen.reach().point().id()).isEqualTo("bbbb");
        assertThat(chosen.reach().path()).extracting(WalHistory::incarnation).containsExactly(uid(1), uid(2));
        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(12)));
        assertThat(chosen.reach().holding(at(7.4)).incarnation()).isEqualTo(uid(1));
        assertThat(chosen.reach().holding(at(7.5)).incarnation()).isEqualTo(uid(2));
    }

    @Test
    void aSnapshotThatIsConsistentAfterTheForkDoesNotLeadToTheChild() throws InterruptedException {
        var repository = new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .snapshot("bbbb", 1, 7.4, 7.6, 75).child(2, 2, 1, 7.5, 120, wal(7, 12, 200));

        assertThat(choose(repository, new RecoveryTarget.Latest(), LATEST).reach().point().id()).isEqualTo("aaaa");
        assertThat(choose(repository, new RecoveryTarget.Latest(), CURRENT).reach().point().id()).isEqualTo("bbbb");
    }

    @Test
    void theParentIsNeededOnlyUpToTheSegmentOfTheFork() throws InterruptedException {
        var cutInTheForksSegment = new Repository().first(1, wal(1, 7.2, 69)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .child(2, 2, 1, 7.5, 120, wal(7, 12, 200));
        var cutBefore = new Repository().first(1, wal(1, 6.9, 69)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .child(2, 2, 1, 7.5, 120, wal(7, 12, 200));

        assertThat(choose(cutInTheForksSegment, new RecoveryTarget.Latest(), LATEST).stop())
                .isEqualTo(new Stop.EndOfWal(at(12)));
        var chosen = choose(cutBefore, new RecoveryTarget.Latest(), LATEST);
        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(6.9)));
        assertThat(chosen.notes()).anyMatch(note -> note.contains("Nothing leads to timeline 2"));
    }

    @Test
    void theTimelineDecidesWhichHistoryIsFollowed() throws InterruptedException {
        assertThat(choose(forked(), new RecoveryTarget.Latest(), LATEST).stop())
                .isEqualTo(new Stop.EndOfWal(at(12)));
        assertThat(choose(forked(), new RecoveryTarget.Latest(), timeline(1)).stop())
                .isEqualTo(new Stop.EndOfWal(at(9.5)));
        assertThatThrownBy(() -> choose(forked(), new RecoveryTarget.Latest(), timeline(3)))
                .isInstanceOf(RestoreFault.NothingToRestore.class);
    }

    @Test
    void aMomentThatTheGivenUpHistoryHasAndTheNewOneHasNotIsAmbiguous() throws InterruptedException {
        assertThatThrownBy(() -> choose(forked(), time(90), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetAmbiguous.class, fault -> assertThat(fault.remedy()).contains("--timeline 1")
                        .contains("--timeline 2"));
        assertThat(choose(forked(), time(90), timeline(1)).reach().last().incarnation()).isEqualTo(uid(1));
        var child = choose(forked(), time(90), timeline(2));
        assertThat(child.reach().last().incarnation()).isEqualTo(uid(2));
        assertThat(child.notes()).anyMatch(note -> note.contains("the state at that fork"));
        assertThat(choose(forked(), time(110), LATEST).notes())
                .anyMatch(note -> note.contains("the state at that fork"));
        assertThat(choose(forked(), time(60), LATEST).reach().point().id()).isEqualTo("bbbb");
        assertThat(choose(forked(), time(160), LATEST).reach().point().id()).isEqualTo("cccc");
    }

    @Test
    void aPositionThatSeveralHistoriesHaveIsAmbiguous() throws InterruptedException {
        assertThatThrownBy(() -> choose(forked(), position(8), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetAmbiguous.class, fault -> assertThat(fault.remedy()).contains("timeline 1")
                        .contains("timeline 2"));
        assertThat(choose(forked(), position(8), timeline(1)).reach().last().incarnation()).isEqualTo(uid(1));
        assertThat(choose(forked(), position(8), timeline(2)).reach().last().incarnation()).isEqualTo(uid(2));
        assertThat(choose(forked(), position(7.4), LATEST).reach().point().id()).isEqualTo("bbbb");
        assertThat(choose(forked(), position(11), LATEST).reach().point().id()).isEqualTo("cccc");
    }

    @Test
    void aMomentOnAnotherHistoryIsRefusedAndItsTimelineNamed() {
        var newest = new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .unproven(2, 1, 11, 120, wal(11, 15, 200)).snapshot("bbbb", 2, 12.1, 12.2, 130);

        assertThatThrownBy(() -> choose(newest, time(50), LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> assertThat(fault.remedy()).contains("--timeline 1")
                        .contains("after it is 2026-11-20 02:10:00Z"));
    }

    @Test
    void anUnprovenHistoryWithoutASnapshotIsPassedOverLoudly() throws InterruptedException {
        var newest = new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .unproven(2, 1, 11, 120, wal(11, 15, 200));

        var chosen = choose(newest, new RecoveryTarget.Latest(), LATEST);

        assertThat(chosen.stop()).isEqualTo(new Stop.EndOfWal(at(9.5)));
        assertThat(chosen.notes()).singleElement().asString().startsWith("Nothing leads to timeline 1 (");
    }

    @Test
    void aHistoryThatNeverGotAByteIsNotMissed() throws InterruptedException {
        var announced = new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .unproven(2, 1, 11, 120);

        assertThat(choose(announced, new RecoveryTarget.Latest(), LATEST).notes()).isEmpty();
    }

    @Test
    void whatOnlyTheWalKnowsIsLookedForFromTheOldestSnapshotAndReachedFromTheNewest() throws InterruptedException {
        var target = new RecoveryTarget.Named("before");
        var search = new Records() {
            @Override
            public List<Found> find(Reach reach, RecoveryTarget wanted) {
                assertThat(reach.point().id()).isEqualTo("aaaa");
                assertThat(wanted).isEqualTo(target);
                return List.of(new Found(at(6), at(6.01), minute(60)));
            }
        };

        var chosen = choose(simple(), target, LATEST, search);

        assertThat(chosen.reach().point().id()).isEqualTo("bbbb");
        assertThat(chosen.stop()).isEqualTo(new Stop.AtTarget(target, Optional.of(at(6.01))));
        assertThat(chosen.notes()).singleElement().asString().contains("2026-11-20 01:00:00Z");
    }

    @Test
    void whatDoesNotOccurOrOccursTwiceIsRefused() {
        var target = new RecoveryTarget.Named("before");
        var twice = records(new Found(at(6), at(6.01), minute(60)), new Found(at(8), at(8.01), minute(80)));

        assertThatThrownBy(() -> choose(simple(), target, LATEST)).isInstanceOfSatisfying(
                RestoreFault.TargetUnreachable.class, fault -> {
                    assertThat(fault.what()).contains("does not occur");
                    assertThat(fault.remedy()).contains(at(2.2).toString()).contains(at(9.5).toString());
                });
        assertThatThrownBy(() -> choose(simple(), target, LATEST, twice)).isInstanceOfSatisfying(
                RestoreFault.TargetAmbiguous.class, fault -> assertThat(fault.remedy())
                        .contains("lsn:" + at(6)).contains("lsn:" + at(8)));
    }

    @Test
    void whatOccursOnlyAfterTheForkOnTheGivenUpHistoryIsNotOnThePath() {
        var search = new Records() {
            @Override
            public List<Found> find(Reach reach, RecoveryTarget wanted) {
                return reach.last().incarnation().equals(uid(1))
                        ? List.of(new Found(at(8), at(8.01), minute(80)))
                        : List.of();
            }
        };
        var repository = new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20)
                .child(2, 2, 1, 7.5, 120, wal(7, 8, 121), wal(9, 12, 200)).snapshot("bbbb", 2, 10, 10.1, 150);

        assertThatThrownBy(() -> choose(repository, new RecoveryTarget.Transaction(5, false), LATEST, search))
                .isInstanceOf(RestoreFault.TargetUnreachable.class);
    }

    @Test
    void anUnknownEndIsLeftToTheServerAndSaid() throws InterruptedException {
        var repository = new Repository().first(1, wal(1, 9.5, -1)).snapshot("aaaa", 1, 2.1, 2.2, 20);

        var chosen = choose(repository, time(500), LATEST);

        assertThat(chosen.stop()).isEqualTo(new Stop.AtTarget(time(500), Optional.empty()));
        assertThat(chosen.notes()).singleElement().asString().contains("not known until when");
    }

    @Test
    void positionsAreUnsigned() throws InterruptedException {
        var high = new Lsn(0xFFFF_FFFF_F000_0000L);
        var reach = choose(simple(), new RecoveryTarget.Latest(), LATEST).reach();

        assertThat(reach.contains(high)).isFalse();
        assertThatThrownBy(() -> choose(simple(), new RecoveryTarget.Position(high, false), LATEST))
                .isInstanceOf(RestoreFault.TargetUnreachable.class);
    }
}
