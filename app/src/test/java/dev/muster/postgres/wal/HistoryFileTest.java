// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HistoryFileTest {

    private static HistoryFile parse(long timeline, String text) {
        return HistoryFile.parse(TimelineId.of(timeline), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theWayIsReadFromWhatServersWrite() {
        var history = parse(5, """
                1\t0/17000100\tno recovery target specified

                # a comment
                 3\t0/2A000000\tbefore 2026-07-01 12:00:00.000000+00
                """);
        assertThat(history.timelines()).extracting(TimelineId::number).containsExactly(1L, 3L, 5L);
        assertThat(history.endOf(TimelineId.of(3))).contains(Lsn.parse("0/2A000000"));
        assertThat(history.endOf(TimelineId.of(5))).isEmpty();
        assertThat(history.endOf(TimelineId.of(2))).isEmpty();
        assertThat(history.passes(TimelineId.of(5))).isTrue();
        assertThat(history.passes(TimelineId.of(4))).isFalse();
        assertThat(history.until(TimelineId.of(3))).isEqualTo(parse(3, "1\t0/17000100\tother words"));
        assertThat(history.until(TimelineId.of(1))).isEqualTo(HistoryFile.none(TimelineId.of(1)));
        assertThatThrownBy(() -> history.until(TimelineId.of(2))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNoHistoryIsRefused() {
        for (var wrong : new String[]{"x", "1", "1\t17000100", "0\t0/1\tx", "2\t0/1\tx\n1\t0/2\tx", "7\t0/1\tx"}) {
            assertThatThrownBy(() -> parse(5, wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
