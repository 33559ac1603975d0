// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of the WAL of one history. */
class DecideLogTest {

    private static final long SEGMENT = 16 << 20;

    @Test
    void whatLiesBetweenTwoNeedsIsReleasedInWholeSegmentsAndTheEndStays() {
        LogDecision decision = decide(cover(1, 100), WalCover.NOTHING,
                new WalSpan(10 * SEGMENT + 40, 11 * SEGMENT + 300), new WalSpan(20 * SEGMENT, 21 * SEGMENT));
        assertThat(decision.releases().spans()).containsExactly(span(1, 10), span(12, 20), span(21, 98));
        assertThat(decision.stays().spans()).containsExactly(span(10, 12), span(20, 21), span(98, 100));
        assertThat(decision.bytes()).isEqualTo((9 + 8 + 77) * SEGMENT);
    }

    @Test
    void whatWasReleasedIsNotReleasedAgain() {
        LogDecision decision = decide(cover(1, 100), cover(1, 50), new WalSpan(60 * SEGMENT, 200 * SEGMENT));
        assertThat(decision.releases().spans()).containsExactly(span(50, 60));
        LogDecision again = decide(cover(1, 100), WalCover.of(List.of(span(1, 50), span(50, 60))),
                new WalSpan(60 * SEGMENT, 200 * SEGMENT));
        assertThat(again.releases().isEmpty()).isTrue();
    }

    @Test
    void aHoleThatWasThereIsCoveredByAReleaseAroundItAndByNoOther() {
        WalCover holed = WalCover.of(List.of(span(1, 10), span(20, 60)));
        assertThat(decide(holed, WalCover.NOTHING, span(30, 60)).releases().spans()).containsExactly(span(1, 30));
        assertThat(decide(holed, WalCover.NOTHING, span(1, 10), span(20, 60)).releases().isEmpty()).isTrue();
    }

    @Test
    void aShortHistoryKeepsAll() {
        assertThat(decide(cover(1, 3), WalCover.NOTHING).releases().isEmpty()).isTrue();
        assertThat(decide(cover(0, 1), WalCover.NOTHING).releases().isEmpty()).isTrue();
        assertThat(decide(WalCover.NOTHING, WalCover.NOTHING).releases().isEmpty()).isTrue();
        assertThat(decide(cover(1, 4), WalCover.NOTHING).releases().spans()).containsExactly(span(1, 2));
    }

    @Test
    void theLastSegmentOfAllIsNoStumblingBlock() {
        WalCover end = WalCover.of(List.of(new WalSpan(-10 * SEGMENT, -1)));
        HistoryLog log = new HistoryLog(new Uid(1, 1), 1, (int) SEGMENT, -10 * SEGMENT, end, WalCover.NOTHING);
        assertThat(DecideLog.decide(log, List.of(new WalSpan(-4 * SEGMENT, -1))).releases().spans())
                .containsExactly(new WalSpan(-10 * SEGMENT, -4 * SEGMENT));
    }

    @Test
    void noByteThatIsNeededIsEverReleasedHoweverOftenItIsDecided() {
        long seed = System.nanoTime();
        Random dice = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<WalSpan> needs = new ArrayList<>();
            List<WalSpan> released = new ArrayList<>();
            for (int day = 0; day < 10; day++) {
                needs.add(some(dice));
            }
            while (!needs.isEmpty()) {
                LogDecision decision = decide(cover(1, 100), WalCover.of(sorted(released)),
                        needs.toArray(WalSpan[]::new));
                for (WalSpan need : needs) {
                    assertThat(decision.releases().spans()).as("seed " + seed).noneMatch(need::overlaps);
                    assertThat(released).as("seed " + seed).noneMatch(need::overlaps);
                }
                released.addAll(decision.releases().spans());
                needs.remove(dice.nextInt(needs.size()));
            }
        }
    }

    private static List<WalSpan> sorted(List<WalSpan> spans) {
        return spans.stream().sorted((one, other) -> Long.compareUnsigned(one.start(), other.start())).toList();
    }

    private static WalSpan some(Random dice) {
        long start = SEGMENT + dice.nextLong(95 * SEGMENT);
        return new WalSpan(start, start + 1 + dice.nextLong(3 * SEGMENT));
    }

    private static LogDecision decide(WalCover stored, WalCover released, WalSpan... needed) {
        return DecideLog.decide(new HistoryLog(new Uid(1, 1), 1, (int) SEGMENT, SEGMENT, stored, released),
                List.of(needed));
    }

    private static WalCover cover(int from, int to) {
        return WalCover.of(List.of(span(from, to)));
    }

    private static WalSpan span(int from, int to) {
        return new WalSpan(from * SEGMENT, to * SEGMENT);
    }
}
