// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.system.RetentionPolicy;
import dev.muster.system.Term;
import dev.muster.system.Tier;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Random policies over random histories of snapshots, day after day. */
class RetentionModelTest {

    private static final List<String> ZONES =
            List.of("UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia");
    private static final Instant BEGIN = Instant.parse("2018-01-05T00:00:00Z");

    private long seed;
    private Random dice = new Random(0);
    private RetentionPolicy policy = policy();
    private final List<Snapshot> there = new ArrayList<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, String> holds = new HashMap<>();

    @Test
    void whatMustStayStaysHoweverThePolicyAndTheBackupsFall() {
        seed = System.nanoTime();
        for (int round = 0; round < 60; round++) {
            dice = new Random(seed + round);
            policy = policy();
            there.clear();
            removed.clear();
            holds.clear();
            live(60 + dice.nextInt(200));
        }
    }

    private void live(int steps) {
        Instant now = BEGIN;
        for (int step = 0; step < steps; step++) {
            now = now.plus(pause());
            take(now);
            if (dice.nextInt(20) == 0 && !there.isEmpty()) {
                holds.put(there.get(dice.nextInt(there.size())).id(), "a case");
            }
            if (dice.nextBoolean()) {
                retain(now);
            }
        }
    }

    private Duration pause() {
        return switch (dice.nextInt(12)) {
            case 0 -> Duration.ofDays(dice.nextInt(40));
            case 1, 2 -> Duration.ofMinutes(1 + dice.nextInt(30));
            default -> Duration.ofHours(1 + dice.nextInt(30));
        };
    }

    private void take(Instant now) {
        Map<String, String> tags = dice.nextInt(8) == 0 ? Map.of("manual", "") : Map.of();
        Instant completed = dice.nextInt(15) == 0 ? now.plus(Duration.ofDays(dice.nextInt(9) - 4)) : now;
        there.add(new Snapshot(String.format("%016x", dice.nextLong()), "postgres", completed, Optional.of(now), tags,
                Optional.empty()));
    }

    private void retain(Instant now) {
        List<Stretch> stretches = stretches(now);
        Standing standing = new Standing(now, stretches, Optional.of(BEGIN), holds, Proven.UNKNOWN);
        Decisions decisions = Decide.decide(policy, standing, there);
        String about = "seed " + seed + " at " + now;
        Set<String> expiring = new HashSet<>();
        decisions.expiring().forEach(each -> expiring.add(each.id()));
        List<Snapshot> believed = there.stream()
                .filter(each -> each.doubt(now).isEmpty())
                .sorted(Comparator.comparing(Snapshot::completed).thenComparing(Snapshot::id).reversed())
                .toList();

        assertThat(decisions.all()).as(about).hasSameSizeAs(there);
        assertThat(decisions.all()).as(about).allMatch(each -> !each.because().isEmpty());
        assertThat(believed.stream().limit(policy.minimum())).as(about + ": the newest, up to the minimum")
                .noneMatch(each -> expiring.contains(each.id()));
        assertThat(there.stream().filter(each -> each.doubt(now).isPresent())).as(about + ": in doubt")
                .noneMatch(each -> expiring.contains(each.id()));
        assertThat(expiring).as(about + ": held").noneMatch(holds::containsKey);
        windowHolds(decisions, stretches, expiring, believed, about);

        // Nothing more expires when it is asked again, nor when time passes without a backup.
        there.removeIf(each -> expiring.contains(each.id()));
        removed.addAll(expiring);
        Standing later = new Standing(now.plus(Duration.ofDays(500)), stretches(now), Optional.of(BEGIN), holds,
                Proven.UNKNOWN);
        if (there.stream().allMatch(each -> each.doubt(now).isEmpty())) {
            assertThat(Decide.decide(policy, later, there).expiring()).as(about + ": again, and later").isEmpty();
        }
    }

    /** Every moment of the window that could be reached still can, and what that takes was never removed. */
    private void windowHolds(Decisions decisions, List<Stretch> stretches, Set<String> expiring,
            List<Snapshot> believed, String about) {
        if (believed.isEmpty()) {
            return;
        }
        Instant from = decisions.windowFrom().orElseThrow();
        for (Stretch stretch : stretches) {
            if (!stretch.reaches(from)) {
                continue;
            }
            String base = decisions.bases().get(stretch);
            assertThat(expiring).as(about).doesNotContain(base);
            assertThat(removed).as(about).doesNotContain(base);
            Instant first = stretch.bases().getFirst().from();
            Instant wanted = first.isAfter(from) ? first : from;
            Instant begins = stretch.bases()
                    .stream()
                    .filter(each -> each.snapshot().equals(base))
                    .map(Stretch.Base::from)
                    .findFirst()
                    .orElseThrow();
            assertThat(begins).as(about + ": the window begins where it can").isBeforeOrEqualTo(wanted);
        }
    }

    /** One, or two with a gap between them, in the order in which they were taken; clocks of the server are right. */
    private List<Stretch> stretches(Instant now) {
        List<Stretch.Base> bases =
                there.stream().map(each -> new Stretch.Base(each.id(), each.stored().orElseThrow())).toList();
        if (bases.isEmpty()) {
            return List.of();
        }
        Instant gap = BEGIN.plus(Duration.ofDays(50));
        List<Stretch.Base> before = bases.stream().filter(each -> each.from().isBefore(gap)).toList();
        List<Stretch.Base> after = bases.stream().filter(each -> !each.from().isBefore(gap)).toList();
        List<Stretch> stretches = new ArrayList<>();
        if (!before.isEmpty()) {
            stretches.add(new Stretch(before, Optional.of(gap.isBefore(now) ? gap : now)));
        }
        if (!after.isEmpty()) {
            stretches.add(new Stretch(after, Optional.of(now)));
        }
        return stretches;
    }

    private RetentionPolicy policy() {
        Map<Tier, Integer> tiers = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            if (dice.nextBoolean()) {
                tiers.put(tier, 1 + dice.nextInt(20));
            }
        }
        return new RetentionPolicy(tiers, Duration.ofHours(dice.nextInt(3) * 100L),
                Map.of("manual", dice.nextBoolean() ? Term.FOREVER : Term.of(Duration.ofDays(dice.nextInt(90)))),
                1 + dice.nextInt(4), Duration.ofDays(dice.nextInt(15)),
                ZoneId.of(ZONES.get(dice.nextInt(ZONES.size()))));
    }
}
