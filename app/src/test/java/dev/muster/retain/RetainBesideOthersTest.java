// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.fault.Fault;
import dev.muster.postgres.restore.Reach;
import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Call;
import dev.muster.store.FaultyStore.Crashed;
import dev.muster.system.RetentionPolicy;
import dev.muster.system.Tier;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Retention is killed, or it sleeps, at any call of the store; others work meanwhile. */
class RetainBesideOthersTest {

    private static final RetentionPolicy POLICY = policy(3, Duration.ofDays(1));
    private static final int SLEEPS = 3 * Integer.getInteger("muster.test.seeds.times", 1);
    /** Enough to tell that the applying itself is cut into, not just its beginning. */
    private static final int CALLS_MIN = 10;

    private final long seed = System.nanoTime();
    private final Random dice = new Random(seed);

    @TempDir
    private Path state;

    private Clinic clinic;

    @BeforeEach
    void begin() throws Exception {
        clinic = new Clinic(state);
    }

    @Test
    void whoFailsAtAnyCallHasSaidAllOfItOrNothing() throws Exception {
        clinic.days(4);
        int done = 0;
        int number = 0;
        for (boolean reached = true; reached;) {
            number++;
            RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
            if (plan.isEmpty()) {
                clinic.days(1);
                plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
            }
            reached = failsAt(number, plan);
            done += isSaid(plan, "seed " + seed + ", call " + number) ? 1 : 0;
        }
        assertThat(number).as("calls of one run").isGreaterThan(CALLS_MIN);
        assertThat(done).as("runs that have said it, of " + number).isBetween(1, number - 1);
        clinic.applying(clinic.owner).apply(clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY), true);
        clinic.assertSound("before gc");
        clinic.collect();
        clinic.assertSound("after gc");
        assertThat(clinic.owner.snapshots()).as("seed " + seed).hasSize(3);
    }

    /** Something goes wrong at this call of the applying; returns whether it came so far. */
    private boolean failsAt(int number, RetentionPlan plan) throws InterruptedException {
        int[] opened = {Integer.MAX_VALUE / 2};
        FaultyStore faulty = new FaultyStore(clinic.store,
                call -> call.number() == opened[0] + number ? Optional.of(fault(call)) : Optional.empty());
        Vault vault = TestVault.open(faulty, state.resolve("faulty"), clinic.clock);
        opened[0] = faulty.calls().size();
        try {
            new ApplyRetention(vault, faulty, new PlanRetention(vault, faulty, vault.wal("a test")),
                    "a test").apply(plan, true);
        } catch (Crashed | Fault _) {
            // Whether it was said before that, the roll tells.
        }
        return faulty.calls().size() - opened[0] >= number;
    }

    /** Whether all of a plan is on the roll; part of it is a failure. */
    private boolean isSaid(RetentionPlan plan, String about) throws InterruptedException {
        Set<String> going = ids(plan.snapshots().expiring());
        boolean isGone = ids(clinic.owner.snapshots(), going).isEmpty();
        assertThat(ids(clinic.owner.snapshots(), going)).as(about).hasSize(isGone ? 0 : going.size());
        WalCover released = clinic.archive.released(clinic.lineage.incarnation());
        for (LogDecision log : plan.log()) {
            assertThat(released.and(log.releases()).bytes()).as(about).isEqualTo(isGone ? log.bytes() : 0);
        }
        return isGone;
    }

    private static Set<String> ids(List<SnapshotHead> there, Set<String> of) {
        Set<String> ids = new HashSet<>(of);
        ids.retainAll(there.stream().map(head -> head.id().hex()).toList());
        return ids;
    }

    private FaultyStore.Fault fault(Call call) {
        List<FaultyStore.Fault> possible = List.of(FaultyStore.Fault.CRASH_BEFORE, FaultyStore.Fault.CRASH_AFTER,
                FaultyStore.Fault.ERROR_BEFORE, FaultyStore.Fault.ERROR_AFTER, FaultyStore.Fault.SHORT_READ,
                FaultyStore.Fault.FLIPPED_READ, FaultyStore.Fault.PARTIAL_LIST)
                .stream()
                .filter(each -> each.appliesTo(call.verb()))
                .toList();
        return possible.get(dice.nextInt(possible.size()));
    }

    /** What others do while it sleeps. */
    private enum Other {
        SAME_POLICY {
            @Override
            void works(Clinic clinic) throws Exception {
                RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
                clinic.applying(clinic.owner).apply(plan, true);
            }
        },
        STRICTER_POLICY {
            @Override
            void works(Clinic clinic) throws Exception {
                RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, policy(2, Duration.ZERO));
                clinic.applying(clinic.owner).apply(plan, true);
            }
        },
        BACKUP {
            @Override
            void works(Clinic clinic) throws Exception {
                clinic.days(1);
            }
        },
        RECEIVER {
            @Override
            void works(Clinic clinic) throws Exception {
                clinic.write();
                clinic.write();
            }
        },
        GARBAGE_COLLECTION {
            @Override
            void works(Clinic clinic) throws Exception {
                clinic.collect();
            }
        };

        abstract void works(Clinic clinic) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void whoSleepsAtAnyCallTakesNothingThatOthersNeed(Other other) throws Exception {
        clinic.days(4);
        for (int sleep = 0; sleep < SLEEPS; sleep++) {
            clinic.days(2);
            RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
            Set<String> going = ids(plan.snapshots().expiring());
            String about = "seed " + seed + ", sleep " + sleep;
            boolean isDone = sleeps(plan, other);
            clinic.assertSound(about);
            List<SnapshotHead> there = clinic.owner.snapshots();
            assertThat(there).as(about).hasSizeGreaterThanOrEqualTo(2);
            if (isDone) {
                assertThat(there).as(about).noneMatch(head -> going.contains(head.id().hex()));
            }
            Reach newest = newest();
            assertThat(newest.point().id()).as(about + ": the newest").isEqualTo(there.getFirst().id().hex());
            assertThat(newest.end().value()).as(about + ": all that was written since").isEqualTo(clinic.written());
        }
        clinic.collect();
        clinic.assertSound("seed " + seed + " after gc");
    }

    /** Returns whether it was carried out: who is told that the plan has changed looks at it again. */
    private boolean sleeps(RetentionPlan plan, Other other) throws InterruptedException {
        int[] opened = {Integer.MAX_VALUE / 2};
        int number = 1 + dice.nextInt(2 * CALLS_MIN);
        FaultyStore slow = new FaultyStore(clinic.store,
                call -> call.number() == opened[0] + number ? Optional.of(FaultyStore.Fault.SLOW) : Optional.empty(),
                _ -> Meanwhile.run(() -> other.works(clinic)));
        Vault vault = TestVault.open(slow, state.resolve("slow"), clinic.clock);
        opened[0] = slow.calls().size();
        try {
            new ApplyRetention(vault, slow, new PlanRetention(vault, slow, vault.wal("a test")),
                    "a test").apply(plan, true);
            return true;
        } catch (RetainFault.Changed _) {
            return false;
        }
    }

    @Test
    void aBackupThatTakesLongerThanTheWindowKeepsItsWalThoughALaterOneEndsBeforeIt() throws Exception {
        clinic.days(5);
        long start = clinic.written() - Clinic.SEGMENT;
        try (CaptureSession slow =
                clinic.owner.capture(CaptureRequest.of("physical", Clinic.NAME, "postgres", "db2"))) {
            slow.keepLog(List.of(new WalNeed(clinic.lineage.incarnation(), 1, start, start)));
            clinic.days(5);
            RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, policy(2, Duration.ZERO));
            WalSpan pinned = new WalSpan(start, clinic.written());
            assertThat(plan.releasedBytes()).isEqualTo(4 * Clinic.SEGMENT);
            assertThat(plan.log()).allMatch(each -> each.releases().spans().stream().noneMatch(pinned::overlaps));
        }
    }

    @Test
    void aRestoreThatOutlivesTheGraceKeepsItsSnapshotAndAllWalOnItsWay() throws Exception {
        clinic.days(3);
        SnapshotHead oldest = clinic.owner.snapshots().getLast();
        clinic.failOver();
        clinic.days(3);
        Reach reach = new ReadRecoverable(clinic.owner, clinic.archive).read(Clinic.NAME)
                .reaches()
                .stream()
                .filter(each -> each.point().id().equals(oldest.id().hex()))
                .max(Comparator.comparing(Reach::end))
                .orElseThrow();
        assertThat(reach.log()).as("over a fail-over").hasSize(2);
        try (ReadingSession reading = clinic.owner.hold(oldest, "db3", "restore", reach.log())) {
            RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, policy(1, Duration.ZERO));
            assertThat(plan.snapshots().expiring()).extracting(Snapshot::id).contains(oldest.id().hex());
            clinic.applying(clinic.owner).apply(plan, true);
            for (int day = 0; day < 3; day++) {
                clinic.collect();
                reading.keepAlive();
            }
            assertThat(SourceRead.names(clinic.owner, oldest)).containsExactly("a");
            for (WalNeed need : reach.log()) {
                long[] read = {0};
                var _ = clinic.archive.read(need.incarnation(), new WalSpan(need.start(), need.end()),
                        (_, _, _, length) -> read[0] += length);
                assertThat(read[0]).isEqualTo(need.end() - need.start()).isPositive();
            }
        }
        clinic.applying(clinic.owner).apply(clinic.planning(clinic.owner).plan(Clinic.NAME, policy(1, Duration.ZERO)),
                true);
        clinic.collect();
        assertThat(clinic.archive.cover(reach.log().getFirst().incarnation()).bytes())
                .as("the last two segments of the old history").isEqualTo(2 * Clinic.SEGMENT);
    }

    private Reach newest() throws InterruptedException {
        return new ReadRecoverable(clinic.owner, clinic.archive).read(Clinic.NAME)
                .reaches()
                .stream()
                .max(Comparator.comparing((Reach each) -> each.point().facts().start()))
                .orElseThrow();
    }

    private static Set<String> ids(List<Snapshot> snapshots) {
        Set<String> ids = new HashSet<>();
        snapshots.forEach(each -> ids.add(each.id()));
        return ids;
    }

    private static RetentionPolicy policy(int daily, Duration window) {
        return new RetentionPolicy(Map.of(Tier.DAILY, daily), Duration.ZERO, Map.of(), 1, window, ZoneOffset.UTC);
    }
}
