// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.restore.Recoverable;
import dev.muster.postgres.restore.WalHistory;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is missing between a history and the one before it. */
class ReadRecoveryPointsTest {

    private static final int SEGMENT = 16 << 20;
    private static final long PARENT_END = 0x8000060L;
    private static final Instant MADE = Instant.parse("2026-11-20T13:00:00Z");
    private static final Uid PARENT = new Uid(1, 1);

    private static WalHistory history(int name, Lineage.Descent descent, WalSpan... spans) {
        var lineage = new Lineage(new Uid(name, name), new Lineage.Origin(7, 1, new byte[0]), descent, SEGMENT, 160_004,
                MADE, "db1");
        return new WalHistory(lineage, new WalCover(Arrays.asList(spans)), WalCover.NOTHING, new TreeMap<>());
    }

    private static WalHistory parent(Instant end) {
        var plain = history(1, Lineage.Descent.begin(SEGMENT), new WalSpan(SEGMENT, PARENT_END));
        return new WalHistory(plain.lineage(), plain.cover(), plain.released(),
                new TreeMap<>(Map.of(new Lsn(PARENT_END), end)));
    }

    private static WalHistory child(long first, WalSpan... spans) {
        return child(PARENT_END, first, spans);
    }

    private static WalHistory child(long left, long first, WalSpan... spans) {
        return history(2, new Lineage.Descent(Optional.of(PARENT), left, false, first), spans);
    }

    private static List<WalHistory> after(Instant end, WalHistory child) {
        return List.of(parent(end), child);
    }

    private static List<String> notes(List<WalHistory> histories) {
        return ReadRecoveryPoints.notes(new Recoverable(List.of(), histories, List.of()));
    }

    @Test
    void wherePositionsAreMissingThereIsAGap() {
        var first = 0x9000000L;
        var histories = after(MADE.minusSeconds(5), child(first, new WalSpan(first, first + 100)));

        assertThat(ReadRecoveryPoints.gaps(histories)).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(new Lsn(PARENT_END));
            assertThat(gap.to()).isEqualTo(new Lsn(first));
            assertThat(gap.fromTime()).contains(MADE.minusSeconds(5));
            assertThat(gap.toTime()).contains(MADE);
        });
        assertThat(notes(histories)).isEmpty();
    }

    @Test
    void aHistoryThatTouchesOrOverlapsTheOneBeforeItLeavesNoGapButIsSaidToBeUnproven() {
        var first = 0x8000000L;
        for (var left : List.of(first, PARENT_END)) {
            var histories = after(MADE, child(left, first, new WalSpan(first, first + 100)));

            assertThat(ReadRecoveryPoints.gaps(histories)).isEmpty();
            assertThat(notes(histories)).singleElement().asString().contains("never proven");
        }
    }

    @Test
    void aHistoryThatNeverGotAByteEndsNoGap() {
        var histories = after(MADE, child(0x9000000L));

        assertThat(ReadRecoveryPoints.gaps(histories)).isEmpty();
        assertThat(notes(histories)).isEmpty();
    }

    @Test
    void aGapDoesNotEndBeforeItBeginsWhereTheClocksDisagree() {
        var first = 0x9000000L;
        var histories = after(MADE.plusSeconds(5), child(first, new WalSpan(first, first + 100)));

        assertThat(ReadRecoveryPoints.gaps(histories)).singleElement()
                .satisfies(gap -> assertThat(gap.toTime()).isEmpty());
    }
}
