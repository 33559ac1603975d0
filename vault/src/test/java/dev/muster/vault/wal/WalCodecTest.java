// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WalCodecTest {

    private static final Uid INCARNATION = new Uid(5, 6);
    private static final Digest ID = Digest.sha256(new byte[]{1});

    private static RangeHead head(long start, long end, RangeFrame... frames) {
        var place = new RangeHead.Place(INCARNATION, 3, -9, 1 << 20, new WalSpan(start, end));
        return new RangeHead(place, List.of(ID), List.of(), List.of(ID, ID),
                new RangeHead.Times(Optional.empty(), Instant.EPOCH.plusSeconds(9)), List.of(frames));
    }

    private static final RangeHead HEAD = head(262_000, 262_200, new RangeFrame(262_000, 144, ID, 240, 0),
            new RangeFrame(262_144, 56, ID, 152, 240));

    private static final Lineage LINEAGE = new Lineage(INCARNATION, new Lineage.Origin(-1, 0xFFFF_FFFFL,
            new byte[]{1, 2}), new Lineage.Descent(Optional.of(new Uid(7, 8)), 5, false, 3L << 30), 1 << 30, 180_001,
            Instant.EPOCH, "db1");

    @Test
    void headsAndLineagesComeBack() {
        assertThat(RangeHead.decode("x", HEAD.encode())).isEqualTo(HEAD);
        assertThat(HEAD.framesLength()).isEqualTo(392);
        assertThat(Lineage.decode("x", LINEAGE.encode())).isEqualTo(LINEAGE);
        assertThat(LINEAGE.historyFileName()).isEqualTo("FFFFFFFF.history");
    }

    @Test
    void headsWhoseFramesDoNotCoverTheirSpanAreDamage() {
        for (var wrong : List.of(head(0, 100, new RangeFrame(0, 99, ID, 150, 0)),
                head(0, 100, new RangeFrame(0, 101, ID, 150, 0)), head(0, 100),
                head(0, 100, new RangeFrame(0, 100, ID, 150, 0), new RangeFrame(100, 1, ID, 150, 150)),
                head(200_000, 300_000, new RangeFrame(200_000, 100_000, ID, 150, 0)))) {
            assertThatThrownBy(() -> RangeHead.decode("x", wrong.encode())).isInstanceOf(VaultFault.Damage.class);
        }
        assertThatThrownBy(() -> head((1 << 20) - 1, (1 << 20) + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void alteredBodiesAreDamageOrSomethingElseButNothingWorse(long seed) {
        var random = new Random(seed);
        for (var at = 0; at < 3_000; at++) {
            var head = alter(HEAD.encode(), random);
            var lineage = alter(LINEAGE.encode(), random);
            decode(() -> assertThat(RangeHead.decode("x", head).encode()).isEqualTo(head));
            decode(() -> assertThat(Lineage.decode("x", lineage).encode()).isEqualTo(lineage));
        }
    }

    /** Whatever is accepted has one encoding only. */
    private static void decode(Runnable decoding) {
        try {
            decoding.run();
        } catch (VaultFault.Damage _) {
            // Refused, as it should be.
        }
    }

    private static byte[] alter(byte[] body, Random random) {
        var altered = switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(body, random.nextInt(body.length));
            case 1 -> new Encoder().raw(body).u8(random.nextInt(256)).toByteArray();
            default -> body.clone();
        };
        for (var at = 0; at < random.nextInt(4) && altered.length > 0; at++) {
            altered[random.nextInt(altered.length)] = (byte) random.nextInt(256);
        }
        return altered;
    }

    @Test
    void spansAreUnsigned() {
        var high = new WalSpan(-100, -1);
        assertThat(high.contains(-50)).isTrue();
        assertThat(high.contains(50)).isFalse();
        assertThat(new WalSpan(5, -5).contains(high)).isFalse();
        assertThat(new WalSpan(5, -1).contains(high)).isTrue();
        assertThat(high).hasToString("FFFFFFFF/FFFFFF9C-FFFFFFFF/FFFFFFFF");
        assertThat(new WalSpan(0x16_0000_0000L, 0x16_0100_0000L).commonDigits()).isEqualTo("0000001600");
        assertThatThrownBy(() -> new WalSpan(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void coversUniteWhatTouches() {
        var cover = WalCover.of(List.of(new WalSpan(50, 60), new WalSpan(0, 10), new WalSpan(10, 20),
                new WalSpan(5, 7)));
        assertThat(cover.spans()).containsExactly(new WalSpan(0, 20), new WalSpan(50, 60));
        assertThat(cover.end()).hasValue(60);
        assertThat(cover.firstGap(new WalSpan(5, 55))).hasValue(20);
        assertThat(cover.firstGap(new WalSpan(50, 60))).isEmpty();
        assertThat(cover.around(15)).contains(new WalSpan(0, 20));
        assertThat(cover.next(20)).contains(new WalSpan(50, 60));
    }
}
