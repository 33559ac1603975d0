// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReadTargetTest {

    private static final ReadTarget BERLIN = new ReadTarget(ZoneId.of("Europe/Berlin"));

    private static RecoveryTarget read(String text) {
        return BERLIN.read(text, false).target();
    }

    @Test
    void eachKindIsRead() {
        assertThat(read("latest")).isEqualTo(new RecoveryTarget.Latest());
        assertThat(read(" Immediate ")).isEqualTo(new RecoveryTarget.Immediate());
        assertThat(read("lsn:16/B374D848")).isEqualTo(new RecoveryTarget.Position(Lsn.parse("16/B374D848"), false));
        assertThat(read("LSN:16/b374d848")).isEqualTo(new RecoveryTarget.Position(Lsn.parse("16/B374D848"), false));
        assertThat(read("xid:4711")).isEqualTo(new RecoveryTarget.Transaction(4711, false));
        assertThat(read("name:before: the migration"))
                .isEqualTo(new RecoveryTarget.Named("before: the migration"));
        assertThat(read("snapshot:00ff")).isEqualTo(new RecoveryTarget.Snapshot("00ff"));
        assertThat(read("20261120")).isEqualTo(new RecoveryTarget.Snapshot("20261120"));
        assertThat(read("cafe")).isEqualTo(new RecoveryTarget.Snapshot("cafe"));
    }

    @ParameterizedTest
    @CsvSource({"2026-11-20 13:05:00Z,2026-11-20T13:05:00Z", "2026-11-20T13:05:00.25Z,2026-11-20T13:05:00.250Z",
            "2026-11-20 13:05 UTC,2026-11-20T13:05:00Z", "2026-11-20 13:05:00+01,2026-11-20T12:05:00Z",
            "2026-11-20 13:05:00 +05:30,2026-11-20T07:35:00Z", "2026-11-20 13:05:00-0330,2026-11-20T16:35:00Z",
            "2026-11-20 13:05:00.000001 America/New_York,2026-11-20T18:05:00.000001Z",
            "2026-11-20 13:05,2026-11-20T12:05:00Z", "2026-07-20 13:05:00,2026-07-20T11:05:00Z",
            "time:2026-07-20 13:05:00,2026-07-20T11:05:00Z", "2026-10-25 02:30:00+01:00,2026-10-25T01:30:00Z"})
    void aTimeIsReadInItsZoneOrInOurs(String text, String utc) {
        assertThat(read(text)).isEqualTo(new RecoveryTarget.Time(Instant.parse(utc), false));
    }

    @Test
    void whatALocalTimeMeansIsSaidInUtc() {
        assertThat(BERLIN.read("2026-11-20 13:05", false).note())
                .isEqualTo("2026-11-20 13:05 in Europe/Berlin is 2026-11-20 12:05:00Z.");
        assertThat(BERLIN.read("2026-11-20 13:05+02", false).note())
                .isEqualTo("2026-11-20 13:05+02 is 2026-11-20 11:05:00Z.");
        assertThat(BERLIN.read("2026-11-20 13:05Z", false).note()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-29 02:30:00", "2026-10-25 02:30:00"})
    void aLocalTimeThatTheClocksSkippedOrShowedTwiceIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(RestoreFault.TargetUnreadable.class)
                .hasMessageContaining("Europe/Berlin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "newest", "13:05", "2026-11-20", "2026-11-31 13:05", "2026-11-20 24:00:00",
            "2026-11-20 13:05:60", "2026-11-20 13:05:00.1234567", "2026-11-20 13:05:00 CET",
            "2026-11-20 13:05 Mars/Sea",
            "20.11.2026 13:05", "lsn:", "lsn:16", "lsn:16/B374D848X", "xid:", "xid:2", "xid:-5", "xid:x",
            "xid:99999999999999999999", "xid:4294967296", "name:", "name:a\nb", "snapshot:xyz", "snapshot:ABCD", "abc",
            "latest:now", "immediate:x", "XID 5",
            "name:0123456789012345678901234567890123456789012345678901234567890123"})
    void whatIsNoTargetIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(RestoreFault.TargetUnreadable.class);
    }

    @Test
    void aTransactionOfTheSecondEpochIsTheOneInTheLog() {
        var read = BERLIN.read("xid:4294972007", false);

        assertThat(read.target()).isEqualTo(new RecoveryTarget.Transaction(4711, false));
        assertThat(read.note()).contains("4711");
    }

    @Test
    void onlyWhatIsAPointCanBeExclusive() {
        assertThat(BERLIN.read("lsn:0/5", true).target())
                .isEqualTo(new RecoveryTarget.Position(Lsn.parse("0/5"), true));
        assertThat(BERLIN.read("xid:5", true).target()).isEqualTo(new RecoveryTarget.Transaction(5, true));
        assertThatThrownBy(() -> BERLIN.read("latest", true)).isInstanceOf(RestoreFault.TargetUnreadable.class);
        assertThatThrownBy(() -> BERLIN.read("name:x", true)).isInstanceOf(RestoreFault.TargetUnreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "immediate", "lsn:16/B374D848", "xid:4711", "name:x y", "snapshot:00ff",
            "2026-11-20 13:05:00Z", "2026-11-20 13:05:00.000001Z", "2026-11-20 13:05:00.5Z"})
    void whatIsPrintedCanBeReadAgain(String text) {
        assertThat(read(text)).hasToString(text);
        assertThat(read(read(text).toString())).isEqualTo(read(text));
    }

    @Test
    void aTimelineIsChosenByWordOrNumber() {
        assertThat(TimelineChoice.parse("latest")).isEqualTo(new TimelineChoice.Latest());
        assertThat(TimelineChoice.parse("Current")).isEqualTo(new TimelineChoice.Current());
        assertThat(TimelineChoice.parse("3")).isEqualTo(new TimelineChoice.Numbered(TimelineId.of(3)));
        assertThatThrownBy(() -> TimelineChoice.parse("0")).isInstanceOf(RestoreFault.TimelineUnreadable.class);
        assertThatThrownBy(() -> TimelineChoice.parse("newest")).isInstanceOf(RestoreFault.TimelineUnreadable.class);
    }
}
