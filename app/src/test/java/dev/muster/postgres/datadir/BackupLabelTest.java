// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackupLabelTest {

    private static final String LABEL = """
            START WAL LOCATION: 1A/2000028 (file 000000030000001A00000002)
            CHECKPOINT LOCATION: 1A/2000060
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2026-11-20 13:26:12 GMT
            LABEL: muster: nightly
            START TIMELINE: 3
            """;

    private static BackupLabel parse(String text) {
        return BackupLabel.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void itSaysWhereReplayBegins() {
        assertThat(parse(LABEL)).isEqualTo(new BackupLabel(Lsn.parse("1A/2000028"), Lsn.parse("1A/2000060"),
                TimelineId.of(3), false, "muster: nightly"));
        assertThat(parse(LABEL.replace("primary", "standby")).fromStandby()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"START WAL LOCATION", "CHECKPOINT LOCATION", "BACKUP FROM", "LABEL", "START TIMELINE"})
    void aLabelThatLacksALineIsRefused(String line) {
        assertThatThrownBy(() -> parse(LABEL.replace(line + ":", "x:"))).isInstanceOf(DataDirectoryFault.Damaged.class)
                .hasMessageContaining(line);
    }

    @Test
    void aLabelOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> parse(LABEL + "INCREMENTAL FROM LSN: 0/2000028\n"))
                .isInstanceOf(DataDirectoryFault.Damaged.class);
        assertThatThrownBy(() -> parse(LABEL.replace("1A/2000028", "nowhere")))
                .isInstanceOf(DataDirectoryFault.Damaged.class);
    }
}
