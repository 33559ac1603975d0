// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.system.RetentionPolicy;
import dev.muster.system.Term;
import dev.muster.system.Tier;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of snapshots under a policy. */
class DecideTest {

    private static final Duration NONE = Duration.ZERO;
    private static final Instant TODAY = Instant.parse("2026-11-20T03:00:00Z");

    private final List<Snapshot> snapshots = new ArrayList<>();

    @Test
    void dailiesExpireAfterThirtyDaysAndMonthliesSurviveTheDailyLimit() {
        daily(500);
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 30, Tier.MONTHLY, 12)));
        assertThat(days(decisions.kept())).hasSize(30 + 10).contains(
                LocalDate.parse("2026-11-20"), LocalDate.parse("2026-10-22"), LocalDate.parse("2026-10-31"),
                LocalDate.parse("2026-09-30"), LocalDate.parse("2026-02-28"), LocalDate.parse("2025-12-31"))
                .doesNotContain(LocalDate.parse("2026-10-21"), LocalDate.parse("2025-11-30"));
        assertThat(decisions.takeMost()).isTrue();
        assertThat(of(decisions, "2025-11-30").because()).containsExactlyInAnyOrder(
                "daily: 2025-11-30 is not among the 30 newest", "monthly: 2025-11 is not among the 12 newest");
        assertThat(of(decisions, "2026-10-31").because())
                .containsExactly("daily 21 of 30: 2026-10-31", "monthly 2 of 12: 2026-10");
    }

    @Test
    void hoursDaysWeeksAndMonthsAreCountedBesideEachOther() {
        for (int hour = 0; hour < 24 * 400; hour++) {
            add(TODAY.minus(Duration.ofHours(hour)));
        }
        Decisions decisions =
                decide(policy(Map.of(Tier.HOURLY, 24, Tier.DAILY, 7, Tier.WEEKLY, 4, Tier.MONTHLY, 12)));
        assertThat(because(decisions, "hourly")).hasSize(24);
        assertThat(because(decisions, "daily")).hasSize(7);
        assertThat(because(decisions, "weekly")).hasSize(4);
        assertThat(because(decisions, "monthly")).hasSize(12);
        assertThat(decisions.kept()).hasSizeLessThanOrEqualTo(24 + 7 + 4 + 12);
    }

    @Test
    void tiersCountPeriodsThatHaveASnapshotSoNothingExpiresWhenBackupsStop() {
        daily(40);
        RetentionPolicy policy = new RetentionPolicy(Map.of(Tier.DAILY, 30), Duration.ofDays(20),
                Map.of("manual", Term.of(Duration.ofDays(35))), 1, NONE, ZoneOffset.UTC);
        List<Snapshot> kept = decide(policy).kept();
        snapshots.retainAll(kept);
        Standing muchLater = standing(TODAY.plus(Duration.ofDays(1000)), List.of());
        assertThat(Decide.decide(policy, muchLater, snapshots).expiring()).isEmpty();
    }

    @Test
    void aTagHasATermOfItsOwn() {
        daily(120);
        add(TODAY.minus(Duration.ofDays(89)), "pre-deploy", "");
        add(TODAY.minus(Duration.ofDays(91)), "pre-deploy", "v2");
        add(TODAY.minus(Duration.ofDays(119)), "kind", "golden");
        add(TODAY.minus(Duration.ofDays(119)), "kind", "plain");
        Decisions decisions = decide(new RetentionPolicy(Map.of(Tier.DAILY, 30), NONE,
                Map.of("pre-deploy", Term.of(Duration.ofDays(90)), "kind=golden", Term.FOREVER), 1, NONE,
                ZoneOffset.UTC));
        assertThat(decisions.kept()).hasSize(32);
        assertThat(decisions.kept().stream().map(Snapshot::tags).filter(tags -> !tags.isEmpty()))
                .containsExactly(Map.of("pre-deploy", ""), Map.of("kind", "golden"));
        assertThat(decisions.expiring().stream().filter(each -> each.tags().containsValue("v2"))).hasSize(1);
    }

    @Test
    void whoSaysNothingButAMinimumKeepsThat() {
        daily(5);
        RetentionPolicy policy = new RetentionPolicy(Map.of(), Duration.ofHours(1), Map.of(), 3, NONE, ZoneOffset.UTC);
        assertThat(decide(policy).kept()).hasSize(3);
        assertThat(decide(policy).unmet()).isEmpty();
        snapshots.removeIf(each -> each.completed().isBefore(TODAY.minus(Duration.ofDays(1))));
        assertThat(decide(policy).kept()).hasSize(2);
        assertThat(decide(policy).unmet()).singleElement().asString().contains("2 snapshots").contains("3");
    }

    @Test
    void componentsAreJudgedApart() {
        daily(10);
        snapshots.add(new Snapshot("f0", "files", TODAY.minus(Duration.ofDays(90)), Optional.empty(), Map.of(),
                Optional.empty()));
        assertThat(decide(policy(Map.of(Tier.DAILY, 2))).kept()).extracting(Snapshot::component)
                .containsExactly("postgres", "postgres", "files");
    }

    @Test
    void aClockThatCannotBeBelievedKeepsItsSnapshotAndDisplacesNoOther() {
        daily(10);
        Snapshot ahead = new Snapshot("aa", "postgres", TODAY.plus(Duration.ofDays(400)), Optional.empty(), Map.of(),
                Optional.empty());
        Snapshot apart = new Snapshot("bb", "postgres", TODAY.minus(Duration.ofDays(3000)),
                Optional.of(TODAY.minus(Duration.ofDays(2))), Map.of(), Optional.empty());
        Set<Snapshot> before = Set.copyOf(decide(policy(Map.of(Tier.DAILY, 3))).kept());
        snapshots.add(ahead);
        snapshots.add(apart);
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 3)));
        assertThat(decisions.kept()).containsAll(before).contains(ahead, apart).hasSize(before.size() + 2);
        assertThat(decisions.warnings()).hasSize(2).allSatisfy(warning -> assertThat(warning).contains("kept"));
    }

    @Test
    void aHostWhoseClockIsBehindDoesNotMakeTheNewestLookOld() {
        daily(5);
        Snapshot behind = new Snapshot("aa", "postgres", TODAY.minus(Duration.ofHours(20)),
                Optional.of(TODAY.plus(Duration.ofHours(1))), Map.of(), Optional.empty());
        snapshots.add(behind);
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 1)), TODAY.plus(Duration.ofHours(2)));
        assertThat(decisions.kept()).containsExactly(snapshots.getFirst(), behind);
        assertThat(decisions.all().get(1).because()).containsExactly("the newest of postgres by the store's clock");
    }

    @Test
    void whatWasCommittedLastStaysWithItsWalHoweverOldAClockMakesIt() {
        daily(10);
        Instant wrong = Instant.parse("1970-01-05T00:00:00Z");
        Snapshot behind = new Snapshot("aa", "postgres", wrong, Optional.of(wrong), Map.of(), Optional.empty());
        List<Stretch.Base> bases = new ArrayList<>(stretch(8, 9, Optional.empty()).bases());
        Stretch before = stretch(0, 9, Optional.of(TODAY));
        bases.add(new Stretch.Base("aa", wrong));
        Stretch after = new Stretch(bases, Optional.of(wrong.plusSeconds(60)));
        snapshots.add(behind);
        RetentionPolicy policy =
                new RetentionPolicy(Map.of(Tier.DAILY, 3), NONE, Map.of(), 1, Duration.ofDays(2), ZoneOffset.UTC);
        Standing unknown = standing(TODAY, List.of(before, after));
        assertThat(Decide.decide(policy, unknown, snapshots).expiring()).contains(behind);
        Standing known = new Standing(TODAY, List.of(before, after), Optional.empty(), Map.of(), Proven.UNKNOWN,
                Set.of("aa"));
        Decisions decisions = Decide.decide(policy, known, snapshots);
        assertThat(decisions.kept()).hasSize(4).contains(behind);
        assertThat(decisions.bases()).containsOnlyKeys(before, after).containsEntry(after, "aa");
    }

    @Test
    void aTagOfWhichThePolicySaysNothingIsNamed() {
        daily(3);
        add(TODAY.minus(Duration.ofDays(9)), "pre-deplyo", "7");
        add(TODAY.minus(Duration.ofDays(8)), "kind", "plain");
        RetentionPolicy policy = new RetentionPolicy(Map.of(Tier.DAILY, 2), NONE,
                Map.of("pre-deploy", Term.FOREVER, "kind=golden", Term.FOREVER), 1, NONE, ZoneOffset.UTC);
        List<Decision> all = decide(policy).all();
        assertThat(all.getLast().because()).contains("its tag pre-deplyo has no term");
        assertThat(all.get(3).because()).contains("its tag kind has no term");
    }

    @Test
    void aHostAndAStoreThatShareAWrongClockAreToldByTheServers() {
        daily(40);
        Instant wrong = TODAY.plus(Duration.ofDays(4000));
        Snapshot ahead = new Snapshot("aa", "postgres", wrong, Optional.of(wrong), Map.of(), Optional.empty(),
                Optional.of(new Snapshot.Backup(7, TODAY.plusSeconds(60))));
        snapshots.add(ahead);
        RetentionPolicy policy =
                new RetentionPolicy(Map.of(), Duration.ofDays(30), Map.of(), 1, Duration.ofDays(7), ZoneOffset.UTC);
        Decisions decisions = decide(policy, wrong.plusSeconds(60));
        assertThat(decisions.kept()).hasSize(31 + 1).contains(ahead);
        assertThat(decisions.warnings()).singleElement().asString().contains("the clock of its server said");
        assertThat(decisions.windowFrom()).contains(TODAY.minus(Duration.ofDays(7)));
    }

    @Test
    void clustersThatAreBackedUpInTurnUnderOneNameAreJudgedApart() {
        for (int day = 0; day < 10; day++) {
            add(TODAY.minus(Duration.ofDays(day)), 1);
            add(TODAY.minus(Duration.ofDays(day)).minus(Duration.ofHours(1)), 2);
        }
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 4)));
        assertThat(decisions.kept().stream().filter(each -> each.backup().orElseThrow().cluster() == 1)).hasSize(4);
        assertThat(decisions.kept().stream().filter(each -> each.backup().orElseThrow().cluster() == 2)).hasSize(4);
        assertThat(decisions.warnings()).singleElement().asString().contains("2 clusters in turn");
    }

    @Test
    void aClusterThatHasFollowedAnotherTakesItsPlace() {
        for (int day = 0; day < 20; day++) {
            add(TODAY.minus(Duration.ofDays(day)), day < 7 ? 2 : 1);
        }
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 10)));
        assertThat(decisions.kept()).hasSize(10);
        assertThat(decisions.warnings()).isEmpty();
        // One that was tried between, and more than a month ago, is none beside it.
        add(TODAY.minus(Duration.ofDays(40)), 3);
        add(TODAY.minus(Duration.ofDays(45)), 1);
        assertThat(decide(policy(Map.of(Tier.DAILY, 10))).kept()).hasSize(10);
    }

    @Test
    void anotherZoneFromRunToRunTakesNoDayThatIsCounted() {
        daily(60);
        int kept = 30;
        for (String zone : List.of("UTC", "Pacific/Apia", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu",
                "UTC")) {
            RetentionPolicy policy = new RetentionPolicy(Map.of(Tier.DAILY, kept, Tier.MONTHLY, 2), NONE, Map.of(), 1,
                    NONE, ZoneId.of(zone));
            List<Snapshot> staying = decide(policy).kept();
            assertThat(staying).as(zone).hasSizeGreaterThanOrEqualTo(kept);
            snapshots.retainAll(staying);
        }
        assertThat(days(snapshots)).contains(LocalDate.parse("2026-10-22"), LocalDate.parse("2026-11-20"));
    }

    @Test
    void aSnapshotThatCannotBeRestoredStandsForNothing() {
        daily(3);
        Snapshot lost = new Snapshot("cc", "postgres", TODAY.plusSeconds(60), Optional.empty(), Map.of(),
                Optional.of("its WAL is gone"));
        snapshots.add(lost);
        Decisions decisions = decide(policy(Map.of(Tier.DAILY, 1)));
        assertThat(days(decisions.kept())).hasSize(2);
        assertThat(decisions.kept()).contains(lost);
        assertThat(decisions.warnings()).singleElement().asString().contains("its WAL is gone");
    }

    @Test
    void aHoldHoldsAndOneOfWhatIsGoneIsSaid() {
        daily(5);
        String oldest = snapshots.getLast().id();
        Standing standing = new Standing(TODAY, List.of(), Optional.empty(),
                Map.of(oldest, "case 7", "dddddddddddddddd", "case 8"), Proven.UNKNOWN);
        Decisions decisions = Decide.decide(policy(Map.of(Tier.DAILY, 1)), standing, snapshots);
        assertThat(decisions.kept()).extracting(Snapshot::id).contains(oldest).hasSize(2);
        assertThat(decisions.all().getLast().because()).containsExactly("held: case 7");
        assertThat(decisions.warnings()).singleElement().asString().contains("dddddddddddd is held and is not there");
    }

    @Test
    void theNewestThatIsProvenStays() {
        daily(6);
        String proven = snapshots.get(4).id();
        Standing standing = new Standing(TODAY, List.of(), Optional.empty(), Map.of(),
                new Proven(true, Set.of(proven, snapshots.get(5).id()), List.of()));
        Decisions decisions = Decide.decide(policy(Map.of(Tier.DAILY, 1)), standing, snapshots);
        assertThat(decisions.kept()).extracting(Snapshot::id).containsExactly(snapshots.getFirst().id(), proven);
    }

    @Test
    void theWindowKeepsTheSnapshotBeforeItsBeginning() {
        daily(20);
        RetentionPolicy policy =
                new RetentionPolicy(Map.of(Tier.DAILY, 1), NONE, Map.of(), 1, Duration.ofDays(7), ZoneOffset.UTC);
        Stretch whole = stretch(0, 19, Optional.of(TODAY.plusSeconds(60)));
        Decisions decisions = Decide.decide(policy, standing(TODAY, List.of(whole)), snapshots);
        assertThat(days(decisions.kept())).containsExactly(LocalDate.parse("2026-11-20"),
                LocalDate.parse("2026-11-13"));
        assertThat(decisions.unmet()).isEmpty();
        assertThat(decisions.bases()).containsExactly(Map.entry(whole, snapshots.get(7).id()));

        Stretch before = stretch(5, 19, Optional.of(TODAY.minus(Duration.ofDays(4)).minusSeconds(3600)));
        Stretch after = stretch(0, 4, Optional.empty());
        Decisions gapped = Decide.decide(policy, standing(TODAY, List.of(before, after)), snapshots);
        assertThat(days(gapped.kept())).containsExactly(LocalDate.parse("2026-11-20"), LocalDate.parse("2026-11-16"),
                LocalDate.parse("2026-11-13"));
        assertThat(gapped.unmet()).singleElement().asString().contains("has a gap");
    }

    @Test
    void aYoungSystemIsNotBlamedForItsAge() {
        daily(3);
        RetentionPolicy policy =
                new RetentionPolicy(Map.of(Tier.DAILY, 1), NONE, Map.of(), 1, Duration.ofDays(7), ZoneOffset.UTC);
        Stretch all = stretch(0, 2, Optional.empty());
        Standing young = new Standing(TODAY, List.of(all), Optional.of(TODAY.minus(Duration.ofDays(3))), Map.of(),
                Proven.UNKNOWN);
        assertThat(Decide.decide(policy, young, snapshots).unmet()).isEmpty();
        Standing old = new Standing(TODAY, List.of(all), Optional.of(TODAY.minus(Duration.ofDays(30))), Map.of(),
                Proven.UNKNOWN);
        assertThat(Decide.decide(policy, old, snapshots).unmet()).singleElement().asString().contains("gap");
    }

    @Test
    void theLastSnapshotOfALocalDayStandsForItAlsoWhenTheDayHasTwentyThreeHours() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant noon = Instant.parse("2026-03-29T10:00:00Z");
        for (int half = 0; half < 96; half++) {
            add(noon.plus(Duration.ofDays(1)).minus(Duration.ofMinutes(30L * half)));
        }
        Decisions decisions = decide(
                new RetentionPolicy(Map.of(Tier.DAILY, 3), NONE, Map.of(), 1, NONE, berlin),
                noon.plus(Duration.ofDays(2)));
        assertThat(decisions.kept()).extracting(Snapshot::completed).containsExactly(
                Instant.parse("2026-03-30T10:00:00Z"), Instant.parse("2026-03-29T21:30:00Z"),
                Instant.parse("2026-03-28T22:30:00Z"));
    }

    private static RetentionPolicy policy(Map<Tier, Integer> tiers) {
        return new RetentionPolicy(tiers, NONE, Map.of(), 1, NONE, ZoneOffset.UTC);
    }

    private Decisions decide(RetentionPolicy policy) {
        return decide(policy, TODAY.plusSeconds(300));
    }

    private Decisions decide(RetentionPolicy policy, Instant now) {
        return Decide.decide(policy, standing(now, List.of()), snapshots);
    }

    private static Standing standing(Instant now, List<Stretch> stretches) {
        return new Standing(now, stretches, Optional.empty(), Map.of(), Proven.UNKNOWN);
    }

    /** Of the snapshots from the newer to the older one. */
    private Stretch stretch(int newest, int oldest, Optional<Instant> end) {
        return new Stretch(IntStream.iterate(oldest, at -> at >= newest, at -> at - 1)
                .mapToObj(at -> new Stretch.Base(snapshots.get(at).id(), snapshots.get(at).completed()))
                .toList(), end);
    }

    /** One a day, today's first. */
    private void daily(int days) {
        for (int day = 0; day < days; day++) {
            add(TODAY.minus(Duration.ofDays(day)));
        }
    }

    private void add(Instant completed) {
        snapshots.add(new Snapshot(String.format("%08x", snapshots.size()), "postgres", completed,
                Optional.of(completed.plusSeconds(5)), Map.of(), Optional.empty()));
    }

    private void add(Instant completed, long cluster) {
        snapshots.add(new Snapshot(String.format("%08x", snapshots.size()), "postgres", completed,
                Optional.of(completed.plusSeconds(5)), Map.of(), Optional.empty(),
                Optional.of(new Snapshot.Backup(cluster, completed))));
    }

    private void add(Instant completed, String tag, String value) {
        snapshots.add(new Snapshot(String.format("%08x", snapshots.size()), "postgres", completed, Optional.empty(),
                Map.of(tag, value), Optional.empty()));
    }

    private static List<LocalDate> days(List<Snapshot> kept) {
        return kept.stream().map(each -> LocalDate.ofInstant(each.completed(), ZoneOffset.UTC)).toList();
    }

    private static Decision of(Decisions decisions, String day) {
        return decisions.all()
                .stream()
                .filter(each -> each.snapshot().completed().toString().startsWith(day))
                .findFirst()
                .orElseThrow();
    }

    private static List<Decision> because(Decisions decisions, String word) {
        return decisions.all()
                .stream()
                .filter(each -> each.kept() && each.because().stream().anyMatch(why -> why.startsWith(word + " ")))
                .toList();
    }
}
