// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.system.RetentionPolicy;
import dev.muster.system.Term;
import dev.muster.system.Tier;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** One clock for host, store and server, and it is wrong: nothing tells but the order in which things were said. */
class RetainClocksTest {

    private static final Duration YEARS = Duration.ofDays(4000);
    private static final RetentionPolicy POLICY = new RetentionPolicy(Map.of(Tier.DAILY, 3), Duration.ofDays(2),
            Map.of("manual", Term.of(Duration.ofDays(90))), 1, Duration.ofDays(2), ZoneOffset.UTC);

    @TempDir
    private Path state;

    @Test
    void aClockThatWasSetBackByYearsAndIsRightAgainTakesNothingOfWhatCameLast() throws Exception {
        Clinic clinic = new Clinic(state);
        clinic.days(6);
        List<SnapshotHead> before = clinic.owner.snapshots();
        clinic.clock.advance(YEARS.negated());
        clinic.days(1);
        clinic.write();
        apply(clinic);
        assertThat(clinic.owner.snapshots()).as("what lies in the future is in doubt").hasSize(7).containsAll(before);
        assertThat(clinic.archive.released(clinic.lineage.incarnation()).isEmpty()).isTrue();

        clinic.clock.advance(YEARS);
        SnapshotHead last = clinic.owner.snapshots().getLast();
        assertThat(before).as("it looks like the oldest").doesNotContain(last);
        apply(clinic);
        assertThat(clinic.owner.snapshots()).contains(last, before.getFirst()).hasSizeLessThan(7);
        long start = last.body().needs().getFirst().start();
        clinic.collect();
        assertThat(clinic.archive.cover(clinic.lineage.incarnation()).contains(new WalSpan(start, clinic.written())))
                .isTrue();
        clinic.assertSound("after a clock was set back");
        clinic.days(3);
        apply(clinic);
        assertThat(clinic.owner.snapshots()).as("others have come").doesNotContain(last);
    }

    @Test
    void aClockThatJumpsAheadByYearsTakesNothingUnlessThatIsSaid() throws Exception {
        Clinic clinic = new Clinic(state);
        clinic.days(9);
        apply(clinic);
        int there = clinic.owner.snapshots().size();
        clinic.clock.advance(YEARS);
        clinic.days(1);
        for (int run = 0; run < 2; run++) {
            RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
            assertThat(plan.snapshots().expiring()).isNotEmpty();
            assertThatThrownBy(() -> clinic.applying(clinic.owner).apply(plan, true))
                    .isInstanceOf(RetainFault.Paused.class);
            clinic.days(1);
        }
        assertThat(clinic.owner.snapshots()).hasSize(there + 3);
        clinic.clock.advance(YEARS.negated());
        clinic.days(1);
        RetentionPlan right = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
        assertThat(right.snapshots().windowFrom().orElseThrow()).isBefore(clinic.clock.instant());
        RetentionPlan said = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
        clinic.applying(clinic.owner).apply(said, true, true);
        assertThat(clinic.owner.snapshots()).as("what lies in the future, and three days").hasSize(3 + 3);
    }

    @Test
    void aPauseIsOneOnlyIfItIsLongerThanUsualAndNotLongAgo() {
        assertThat(Pause.in(List.of())).isEmpty();
        assertThat(Pause.in(every(1, 40))).isEmpty();
        assertThat(Pause.in(every(92, 12))).as("once a quarter").isEmpty();
        List<Instant> paused = new ArrayList<>(every(1, 10));
        Instant again = paused.getLast().plus(Duration.ofDays(60));
        for (int day = 0; day < 8; day++) {
            paused.add(again.plus(Duration.ofDays(day)));
            assertThat(Pause.in(paused)).as("day " + day).contains(new Pause(paused.get(9), again));
        }
        paused.add(again.plus(Duration.ofDays(8)));
        assertThat(Pause.in(paused)).as("somebody has seen it").isEmpty();
    }

    private static List<Instant> every(int days, int count) {
        Instant first = Instant.parse("2026-01-01T02:00:00Z");
        return IntStream.range(0, count).mapToObj(at -> first.plus(Duration.ofDays((long) at * days))).toList();
    }

    private static void apply(Clinic clinic) throws InterruptedException {
        RetentionPlan plan = clinic.planning(clinic.owner).plan(Clinic.NAME, POLICY);
        clinic.applying(clinic.owner).apply(plan, true, true);
    }
}
