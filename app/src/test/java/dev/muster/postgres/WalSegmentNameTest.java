// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WalSegmentNameTest {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"1,0/0,16,000000010000000000000000", "1,0/1000000,16,000000010000000000000001",
            "3,16/B374D848,16,0000000300000016000000B3", "4294967295,FFFFFFFF/FFFFFFFF,16,FFFFFFFFFFFFFFFF000000FF",
            "1,1/FFF00000,1,000000010000000100000FFF", "1,1/C0000000,1024,000000010000000100000003"})
    void aNameIsThatOfTheServer(String timeline, String position, int mebibytes, String name) {
        var size = new WalSegmentSize(mebibytes * MIB);
        var segment = WalSegmentName.of(TimelineId.parse(timeline), Lsn.parse(position), size);

        assertThat(segment).hasToString(name);
        assertThat(WalSegmentName.parse(name, size)).isEqualTo(segment);
        assertThat(segment.start()).isEqualTo(Lsn.parse(position).segmentStart(size));
    }

    @Test
    void theSegmentAfterTheLastOfAnUpperHalfBeginsTheNext() {
        var last = WalSegmentName.parse("0000000200000001000000FF", WalSegmentSize.DEFAULT);

        assertThat(last.next()).hasToString("000000020000000200000000");
        assertThat(last.next().start().minus(last.start())).isEqualTo(16 * MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000001000000000000000", "0000000100000000000000000", "00000001000000000000000g",
            "0000000100000000000000ab", "000000010000000000000001.partial", "00000001.history",
            "000000010000000000000100", "000000000000000000000001"})
    void whatIsNotTheNameOfASegmentIsRefused(String name) {
        assertThatThrownBy(() -> WalSegmentName.parse(name, WalSegmentSize.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimelineNamesItsHistory() {
        assertThat(TimelineId.of(0x1A).historyFileName()).isEqualTo("0000001A.history");
        assertThat(TimelineId.of(0xFFFF_FFFFL)).hasToString("4294967295").isGreaterThan(TimelineId.of(1));
        assertThatThrownBy(() -> TimelineId.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimelineId.parse("4294967296")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimelineId.parse("one")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSystemIdIsUnsigned() {
        assertThat(SystemId.parse("18446744073709551615")).hasToString("18446744073709551615");
        assertThatThrownBy(() -> SystemId.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"16MB,16777216", "1MB,1048576", "1GB,1073741824", "16384kB,16777216", "16777216B,16777216"})
    void aSegmentSizeIsReadAsTheServerShowsIt(String setting, int bytes) {
        assertThat(WalSegmentSize.parse(setting).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "16", "MB", "15MB", "512kB", "2GB", "99999999999MB", "16TB", "-16MB"})
    void whatSegmentsCannotBeIsRefused(String setting) {
        assertThatThrownBy(() -> WalSegmentSize.parse(setting)).isInstanceOf(IllegalArgumentException.class);
    }
}
