// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.BackupPlan;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.ServerFacts;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.datadir.ControlFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said at the end is what is true at the end, whatever was planned. */
class BackupTextTest {

    private static final String SNAPSHOT = "0123456789abcdef".repeat(4);
    private static final SystemId SYSTEM = SystemId.parse("7400000000000000001");
    private static final Instant MOMENT = Instant.parse("2026-11-20T14:05:09Z");

    private static BackupText text(BackupLog.After planned, BackupLog.After now) {
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), "muster"))
                .resolve("host=127.0.0.1 dbname=postgres");
        var sizes = new ControlFile.Sizes(8192, 131_072, 8192, new WalSegmentSize(16 << 20));
        var server = new ServerFacts(settings.hosts().getFirst(), 180_000, "18.0",
                new ServerFacts.Identity(SYSTEM, TimelineId.of(1), Lsn.parse("0/3000000")), false,
                new ServerFacts.Layout(sizes, true, 0700), OptionalLong.empty(), Map.of());
        var plan = new BackupPlan(BackupRequest.of("clinic", "postgres", "db1"), settings, server,
                new BackupLog.Source("planned", planned), List.of());
        var facts = new BackupFacts(SYSTEM, 180_000, TimelineId.of(1), Lsn.parse("0/3000028"), Lsn.parse("0/3000158"),
                MOMENT, new WalSegmentSize(16 << 20), new BackupFacts.Data(true, 0, false),
                new BackupFacts.Surroundings("postgres", BackupFacts.Configuration.INSIDE, 0));
        return new BackupText(plan, new BackupRecord(SNAPSHOT, facts, MOMENT, Duration.ofSeconds(3),
                new BackupLog.Source("brought", now), new BackupRecord.Volume(1, 1, 1, 1, 1, Duration.ofSeconds(1)),
                List.of(), List.of()));
    }

    private static String printed(BackupText text) {
        var out = new StringWriter();
        text.print(new PrintWriter(out));
        return out.toString();
    }

    @Test
    void aReceiverThatBeganMeanwhileGoesOn() {
        var text = text(BackupLog.After.NOBODY, BackupLog.After.RECEIVER);

        assertThat(printed(text)).contains(", brought", ", or any later moment").doesNotContain("warning", "planned");
        assertThat(text.document().log()).isEqualTo("brought");
        assertThat(text.document().goesOn()).isTrue();
        assertThat(text.document().warnings()).isEmpty();
        assertThat(text.plan().document().warnings()).as("it was true then")
                .singleElement().asString().startsWith("No WAL receiver is running: ");
    }

    @Test
    void aReceiverThatEndedMeanwhileIsMissed() {
        var text = text(BackupLog.After.RECEIVER, BackupLog.After.NOBODY);

        assertThat(printed(text)).contains("0123456789ab, no later moment",
                "No WAL receiver is running: what is committed after this backup is not protected. "
                        + "Run 'muster stream clinic'.");
        assertThat(text.document().goesOn()).isFalse();
        assertThat(text.document().warnings()).hasSize(1);
    }

    @Test
    void aReceiverThatMayGoOnWithAnotherHistoryIsNotReliedOn() {
        var text = text(BackupLog.After.NOBODY, BackupLog.After.MAYBE_ANOTHER_HISTORY);

        assertThat(printed(text)).contains("0123456789ab, a later moment perhaps", "Run 'muster backup clinic' again.")
                .doesNotContain("No WAL receiver is running");
        assertThat(text.document().goesOn()).isNull();
        assertThat(text.document().warnings()).hasSize(1);
    }

    @Test
    void whatCannotBeFoundOutIsSaidToBeUnknown() {
        var text = text(BackupLog.After.RECEIVER, BackupLog.After.UNKNOWN);

        assertThat(printed(text)).contains(", or any later moment if a WAL receiver runs", "could not be found out")
                .doesNotContain("No WAL receiver is running");
        assertThat(text.document().goesOn()).isNull();
        assertThat(text.document().warnings()).hasSize(1);
    }
}
