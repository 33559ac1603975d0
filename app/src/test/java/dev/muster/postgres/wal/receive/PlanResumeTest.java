// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.HistoryFile;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PlanResumeTest {

    private static final long SYSTEM = 4711;
    private static final String TO_2 = "1\t0/50\tx\n";
    private static final String TO_3 = "1\t0/50\tx\n2\t0/90\ty\n";
    private static final String TO_3_FROM_1 = "1\t0/30\tpitr\n";

    private int made;

    private KnownLog known(long timeline, String history, String end) {
        return known(SYSTEM, timeline, history, end, Optional.empty());
    }

    private KnownLog known(long system, long timeline, String history, String end, Optional<KnownLog> parent) {
        made++;
        var descent = new Lineage.Descent(parent.map(log -> log.lineage().incarnation()), 0, true, 0);
        return new KnownLog(new Lineage(new Uid(1, made),
                new Lineage.Origin(system, timeline, history.getBytes(StandardCharsets.US_ASCII)), descent, 16 << 20,
                170_000, Instant.EPOCH.plusSeconds(made), "h"), Lsn.parse(end));
    }

    private static ServerLog server(long timeline, String history, String position, boolean standby) {
        var bytes = history.getBytes(StandardCharsets.US_ASCII);
        return new ServerLog(new Lineage.Origin(SYSTEM, timeline, bytes),
                HistoryFile.parse(TimelineId.of(timeline), bytes), Lsn.parse(position), WalSegmentSize.DEFAULT,
                170_000, new ServerLog.Where("db1", standby));
    }

    private static PlanResume.Plan plan(ServerLog server, KnownLog... known) {
        return new PlanResume(server, List.of(known)).plan(false);
    }

    @Test
    void withoutAnythingKnownItBegins() {
        assertThat(plan(server(1, "", "0/10", false))).isEqualTo(new PlanResume.Begin());
        assertThat(new PlanResume(server(1, "", "0/10", false), List.of(known(9, 1, "", "0/99", Optional.empty())))
                .plan(true)).isEqualTo(new PlanResume.Begin());
    }

    @Test
    void onTheSameTimelineItGoesOn() {
        var log = known(1, "", "0/40");
        assertThat(plan(server(1, "", "0/40", false), log)).isEqualTo(new PlanResume.Resume(log));
    }

    @Test
    void afterAPromotionItGoesOnOnTheOldTimelineSoThatItsTailIsNotSkipped() {
        var log = known(1, "", "0/40");
        assertThat(plan(server(2, TO_2, "0/60", false), log)).isEqualTo(new PlanResume.Resume(log));
        assertThat(plan(server(3, TO_3, "0/A0", false), log)).isEqualTo(new PlanResume.Resume(log));
        var atTheFork = known(1, "", "0/50");
        assertThat(plan(server(2, TO_2, "0/60", false), atTheFork)).isEqualTo(new PlanResume.Resume(atTheFork));
    }

    @Test
    void whatWasReceivedPastTheForkIsLeftBehind() {
        var log = known(1, "", "0/55");
        assertThat(plan(server(2, TO_2, "0/60", false), log))
                .isEqualTo(new PlanResume.Branch(log, TimelineId.of(2), Lsn.parse("0/50")));
        assertThat(plan(server(3, TO_3, "0/A0", false), log))
                .isEqualTo(new PlanResume.Branch(log, TimelineId.of(2), Lsn.parse("0/50")));
    }

    @Test
    void theNewestLogOnTheWayIsTheOneToGoOnWith() {
        var first = known(1, "", "0/50");
        var second = known(SYSTEM, 2, TO_2, "0/70", Optional.of(first));
        assertThat(plan(server(2, TO_2, "0/70", false), first, second)).isEqualTo(new PlanResume.Resume(second));
        assertThat(plan(server(3, TO_3, "0/A0", false), first, second)).isEqualTo(new PlanResume.Resume(second));
        // After a gap there are two of one timeline, one the other's parent.
        var afterGap = known(SYSTEM, 2, TO_2, "0/80", Optional.of(second));
        assertThat(plan(server(2, TO_2, "0/80", false), second, first, afterGap))
                .isEqualTo(new PlanResume.Resume(afterGap));
        // The user began anew: the younger one counts.
        var anew = known(2, TO_2, "0/10");
        assertThat(plan(server(2, TO_2, "0/80", false), anew, second, first)).isEqualTo(new PlanResume.Resume(anew));
    }

    @Test
    void aClusterThatWasRestoredToAnEarlierMomentBranchesFromThere() {
        var first = known(1, "", "0/50");
        var second = known(SYSTEM, 2, TO_2, "0/70", Optional.of(first));
        assertThat(plan(server(3, TO_3_FROM_1, "0/40", false), first, second))
                .isEqualTo(new PlanResume.Branch(first, TimelineId.of(3), Lsn.parse("0/30")));
    }

    @Test
    void anotherClusterIsRefused() {
        var old = known(99, 1, "", "0/10", Optional.empty());
        assertThatThrownBy(() -> look(List.of(old), Set.of(), Map.of(name(old), Set.of("clinic"))))
                .isInstanceOf(ReceiverFault.ForeignSystem.class)
                .hasMessageContaining("system 99")
                .hasMessageContaining("system 4711");
        assertThatThrownBy(() -> look(List.of(old), Set.of(name(old)), Map.of()))
                .isInstanceOf(ReceiverFault.ForeignSystem.class);
    }

    @Test
    void whatOtherSystemsHaveInTheRepositoryIsNoReasonToRefuse() throws Exception {
        var others = known(99, 1, "", "0/10", Optional.empty());
        look(List.of(others), Set.of(), Map.of(name(others), Set.of("second")));
        assertThat(plan(server(1, "", "0/10", false), others)).isEqualTo(new PlanResume.Begin());
        var own = known(1, "", "0/10");
        look(List.of(others, own), Set.of(), Map.of(name(others), Set.of("second"), name(own), Set.of("clinic")));
    }

    @Test
    void anotherSystemsClusterIsRefusedAndOneThatTheUserHasBegunIsNot() throws Exception {
        var old = known(99, 1, "", "0/10", Optional.empty());
        var ofServer = known(1, "", "0/10");
        var owners = Map.of(name(old), Set.of("clinic"), name(ofServer), Set.of("second"));
        assertThatThrownBy(() -> look(List.of(old, ofServer), Set.of(), owners))
                .isInstanceOf(ReceiverFault.ForeignSystem.class).hasMessageContaining("system 99");
        look(List.of(old, ofServer), Set.of(), Map.of(name(old), Set.of("clinic")));
        look(List.of(old, ofServer), Set.of(name(ofServer)), owners);
    }

    private static void look(List<KnownLog> known, Set<Uid> spooled, Map<Uid, Set<String>> owners)
            throws InterruptedException {
        new RefuseForeign(server(1, "", "0/10", false), "clinic", () -> owners).look(known, spooled);
    }

    private static Uid name(KnownLog log) {
        return log.lineage().incarnation();
    }

    @Test
    void aPrimaryThatWasReplacedAndCameBackIsRefused() {
        var first = known(1, "", "0/50");
        var second = known(SYSTEM, 2, TO_2, "0/70", Optional.of(first));
        assertThatThrownBy(() -> plan(server(1, "", "0/60", false), first, second))
                .isInstanceOf(ReceiverFault.AbandonedTimeline.class);
        assertThatThrownBy(() -> plan(server(1, "", "0/60", false), second))
                .isInstanceOf(ReceiverFault.AbandonedTimeline.class);
        // Two clusters were promoted to timeline 2 at different places.
        assertThatThrownBy(() -> plan(server(2, "1\t0/51\tx\n", "0/60", false), second))
                .isInstanceOf(ReceiverFault.AbandonedTimeline.class);
    }

    @Test
    void aServerThatLostItsEndIsRefusedUnlessItIsAStandbyThatLagsBehind() {
        var log = known(1, "", "0/40");
        assertThatThrownBy(() -> plan(server(1, "", "0/39", false), log))
                .isInstanceOf(ReceiverFault.ServerBehind.class);
        assertThat(plan(server(1, "", "0/39", true), log)).isEqualTo(new PlanResume.Resume(log));
    }
}
