// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.postgres.restore.Reach;
import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.system.RetentionPolicy;
import dev.muster.system.Tier;
import dev.muster.vault.Vault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of a cluster, with backups, losses, fail-overs and restores to earlier moments, under retention and garbage collection: what a window
 * promised and could be had, can be had afterwards, on every history.
 */
class RetentionHistoryTest {

    private static final int HISTORIES = 3 * Integer.getInteger("muster.test.seeds.times", 1);
    private static final int STEPS = 24;

    @TempDir
    private Path directory;

    @Test
    void noMomentOfAWindowIsLostAndNoSnapshotThatStaysLosesItsWal() throws Exception {
        long seed = System.nanoTime();
        for (int history = 0; history < HISTORIES; history++) {
            Path state = Files.createDirectory(directory.resolve(Integer.toString(history)));
            new Life(new Clinic(state), new Random(seed + history), "seed " + seed + ", history " + history).live();
        }
    }

    /** One history of a cluster. */
    private static final class Life {

        private final Clinic clinic;
        private final Random dice;
        private final String about;
        private final RetentionPolicy policy;
        private final Vault reaper;
        private final Set<String> removed = new HashSet<>();

        Life(Clinic clinic, Random dice, String about) throws InterruptedException {
            this.clinic = clinic;
            this.dice = dice;
            this.about = about;
            this.reaper = clinic.as(Role.REAP);
            this.policy = new RetentionPolicy(
                    Map.of(Tier.DAILY, 1 + dice.nextInt(5), Tier.MONTHLY, 1 + dice.nextInt(3)), Duration.ZERO,
                    Map.of(), 1 + dice.nextInt(2), Duration.ofDays(dice.nextInt(9)), ZoneOffset.UTC);
        }

        void live() throws Exception {
            clinic.days(2);
            for (int step = 0; step < STEPS; step++) {
                switch (dice.nextInt(16)) {
                    case 0 -> clinic.lose();
                    case 1 -> clinic.failOver();
                    case 2 -> clinic.backTo(1 + dice.nextInt(4));
                    case 3, 4 -> clinic.write();
                    case 5 -> clinic.collect();
                    default -> clinic.days(1);
                }
                if (dice.nextInt(3) == 0) {
                    retain();
                }
            }
            retain();
            clinic.collect();
            snapshotsHaveTheirWal();
        }

        private void retain() throws Exception {
            RetentionPlan plan = clinic.planning(reaper).plan(Clinic.NAME, policy);
            if (plan.snapshots().windowFrom().isEmpty()) {
                return;
            }
            Instant from = plan.snapshots().windowFrom().get();
            Set<String> reachable = moments(from);
            int gaps = holes();
            clinic.applying(reaper).apply(plan, true);
            plan.snapshots().expiring().forEach(each -> removed.add(each.id()));
            assertThat(moments(from)).as(about + ": " + policy.words()).isEqualTo(reachable);
            assertThat(holes()).as(about + ": a release is no gap").isLessThanOrEqualTo(gaps);
            assertThat(clinic.planning(reaper).plan(Clinic.NAME, policy).isEmpty()).as(about + ": twice is once")
                    .isTrue();
            snapshotsHaveTheirWal();
        }

        private int holes() throws InterruptedException {
            return new ReadRecoverable(clinic.owner, clinic.archive).read(Clinic.NAME)
                    .histories()
                    .stream()
                    .mapToInt(history -> history.holes().size())
                    .sum();
        }

        /** Each hour from this one on, by each history on which it can be reached. */
        private Set<String> moments(Instant from) throws InterruptedException {
            List<Reach> reaches =
                    new ReadRecoverable(clinic.owner, clinic.archive).read(Clinic.NAME).reaches();
            Set<String> moments = new TreeSet<>();
            for (Instant each = from; each.isBefore(clinic.clock.instant()); each = each.plusSeconds(3600)) {
                for (Reach reach : reaches) {
                    if (reach.contains(each) && reach.endTime().isPresent()) {
                        moments.add(each + " on " + reach.last().incarnation());
                    }
                }
            }
            return moments;
        }

        private void snapshotsHaveTheirWal() throws Exception {
            List<String> ids = new ArrayList<>();
            for (SnapshotHead head : clinic.owner.snapshots()) {
                ids.add(head.id().hex());
                var need = head.body().needs().getFirst();
                WalSpan span = new WalSpan(need.start(), need.end());
                assertThat(clinic.archive.cover(need.incarnation(), span).contains(span)).as(about + ": " + head)
                        .isTrue();
            }
            assertThat(ids).as(about).isNotEmpty().noneMatch(removed::contains);
        }
    }
}
