// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Covers as sets of bytes. */
class WalCoverTest {

    /** LSNs are unsigned: half of these lie above the largest signed one. */
    private static final long BASE = Long.MAX_VALUE - 31;

    @Test
    void whatIsLeftAndWhatIsSharedAreThoseOfSetsOfBytes() {
        long seed = System.nanoTime();
        Random dice = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            BitSet one = bits(dice);
            BitSet other = bits(dice);
            BitSet left = (BitSet) one.clone();
            left.andNot(other);
            BitSet both = (BitSet) one.clone();
            both.and(other);
            assertThat(cover(one).minus(cover(other))).as("seed " + seed).isEqualTo(cover(left));
            assertThat(cover(one).and(cover(other))).as("seed " + seed).isEqualTo(cover(both));
            assertThat(cover(one).bytes()).isEqualTo(one.cardinality());
        }
    }

    private static BitSet bits(Random dice) {
        BitSet bits = new BitSet();
        for (int run = dice.nextInt(5); run > 0; run--) {
            int from = dice.nextInt(60);
            bits.set(from, from + 1 + dice.nextInt(64 - from - 1));
        }
        return bits;
    }

    private static WalCover cover(BitSet bits) {
        List<WalSpan> spans = new ArrayList<>();
        for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(from)) {
            int end = bits.nextClearBit(from);
            spans.add(new WalSpan(BASE + from, BASE + end));
            from = end;
        }
        return WalCover.of(spans);
    }
}
