// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LsnTest {

    private static final WalSegmentSize SIZE = WalSegmentSize.DEFAULT;

    @ParameterizedTest
    @CsvSource({"0/0,0", "0/1,1", "16/B374D848,16B374D848", "16/b374d848,16B374D848", "16/0000D848,160000D848",
            "FFFFFFFF/FFFFFFFF,FFFFFFFFFFFFFFFF", "80000000/0,8000000000000000"})
    void bothWaysOfPrintingAreRead(String text, String hexadecimal) {
        assertThat(Lsn.parse(text).value()).isEqualTo(Long.parseUnsignedLong(hexadecimal, 16));
    }

    @Test
    void aPositionPrintsAsTheServerPrintsIt() {
        assertThat(new Lsn(0x16_0000_D848L)).hasToString("16/D848");
        assertThat(new Lsn(0x16_0000_D848L).toPaddedString()).isEqualTo("16/0000D848");
        assertThat(new Lsn(-1)).hasToString("FFFFFFFF/FFFFFFFF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "0/", "/0", "0", "0/0/0", "0/123456789", "-1/0", "0/-1", "0/+1", " 0/0", "g/0",
            "0/\u0661"})
    void whatIsNotAPositionIsRefused(String text) {
        assertThatThrownBy(() -> Lsn.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log sequence number");
    }

    @Test
    void positionsAboveTheSignBitAreLater() {
        var low = new Lsn(Long.MAX_VALUE);
        var high = low.plus(1);

        assertThat(high).isGreaterThan(low);
        assertThat(high.isAfter(low)).isTrue();
        assertThat(low.isBefore(high)).isTrue();
        assertThat(high.minus(low)).isEqualTo(1);
        assertThat(low.minus(high)).isEqualTo(-1);
    }

    @Test
    void aPositionNeitherWrapsRoundNorGoesBack() {
        var last = new Lsn(-1);

        assertThatThrownBy(() -> last.plus(1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> last.plus(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPositionLiesInOneSegment() {
        var position = Lsn.parse("1/FF000010");

        assertThat(position.segmentNumber(SIZE)).isEqualTo(0x1FF);
        assertThat(position.offsetInSegment(SIZE)).isEqualTo(0x10);
        assertThat(position.segmentStart(SIZE)).isEqualTo(Lsn.parse("1/FF000000"));
        assertThat(new Lsn(-1).offsetInSegment(SIZE)).isEqualTo(SIZE.bytes() - 1);
        assertThat(new Lsn(-1).segmentNumber(SIZE)).isEqualTo(0xFF_FFFF_FFFFL);
    }
}
