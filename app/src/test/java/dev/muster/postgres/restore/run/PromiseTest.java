// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.postgres.restore.BackupPoint;
import dev.muster.postgres.restore.DirectoryState;
import dev.muster.postgres.restore.Ground;
import dev.muster.postgres.restore.Reach;
import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.restore.Stop;
import dev.muster.postgres.restore.WalHistory;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** What counts as the place that was promised. */
class PromiseTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String TIME = "2026-11-20 12:00:00Z";

    private static RestorePlan plan(String target, Stop stop) {
        var name = new Uid(1, 1);
        var lineage = new Lineage(name, new Lineage.Origin(7, 1, new byte[0]), Lineage.Descent.begin(0x1000000),
                WalSegmentSize.DEFAULT.bytes(), 180_000, NOON, "db1");
        var history =
                new WalHistory(lineage, new WalCover(List.of(new WalSpan(0x1000000, 0x9000000))), WalCover.NOTHING,
                        new TreeMap<>());
        var facts = new BackupFacts(new SystemId(7), 180_000, TimelineId.of(1), new Lsn(0x2000028), new Lsn(0x2000120),
                NOON, WalSegmentSize.DEFAULT, new BackupFacts.Data(true, 0, false),
                new BackupFacts.Surroundings("postgres", BackupFacts.Configuration.INSIDE, 0));
        var point = new BackupPoint("aaaa", NOON, facts, List.of(new WalNeed(name, 1, 0x2000000, 0x2000120)),
                new BackupPoint.Size(1, 1));
        var request = RestoreRequest.to(new ReadTarget(ZoneOffset.UTC).read(target, false), Path.of("/srv/restored"));
        return new RestorePlan(request, new Reach(point, List.of(history), new Lsn(0x9000000)), stop, List.of(),
                new LinkedHashMap<>(), List.of(), new Ground(new DirectoryState.Absent(), new TreeMap<>(Map.of()),
                        OptionalLong.empty(), Optional.empty(), "postgres", new TreeMap<>()),
                List.of());
    }

    private static Stop stop(String kind, String target, Lsn lsn) {
        return switch (kind) {
            case "end" -> new Stop.EndOfWal(lsn);
            case "consistent" -> new Stop.Consistent(lsn);
            case "target" -> new Stop.AtTarget(new ReadTarget(ZoneOffset.UTC).read(target, false).target(),
                    Optional.of(lsn));
            default -> new Stop.AtTarget(new ReadTarget(ZoneOffset.UTC).read(target, false).target(),
                    Optional.empty());
        };
    }

    @ParameterizedTest
    @CsvSource({"end, latest, 0/5000100, 0/5000100, kept", "end, latest, 0/5000100, 0/50000F8, FellShort",
            "end, latest, 0/5000100, 0/6000000, kept", "end, " + TIME + ", 0/5000100, 0/5000100, kept",
            "end, " + TIME + ", 0/5000100, 0/5000108, WentFurther", "consistent, immediate, 0/2000120, 0/2000120, kept",
            "consistent, immediate, 0/2000120, 0/2000118, FellShort",
            "consistent, immediate, 0/2000120, 0/2000220, kept", "target, " + TIME + ", 0/5000100, 0/5000100, kept",
            "target, " + TIME + ", 0/5000100, 0/50000F8, FellShort",
            "target, " + TIME + ", 0/5000100, 0/5000108, WentFurther",
            // The next record begins behind the header of the next page, or segment.
            "target, " + TIME + ", 0/5002018, 0/5002000, kept", "target, " + TIME + ", 0/6000028, 0/6000000, kept",
            "target, " + TIME + ", 0/5002020, 0/5002000, FellShort",
            "target, " + TIME + ", 0/5002018, 0/5001FF8, FellShort",
            "unknown, " + TIME + ", 0/5000100, 0/2000120, kept"})
    void whatWasReachedIsHeldAgainstThePlan(String kind, String target, String promised, String reached,
            String verdict) {
        var promise = new Promise(plan(target, stop(kind, target, Lsn.parse(promised))));

        var thrown = catchThrowable(() -> promise.compare(new Reached(Lsn.parse(reached), TimelineId.of(1),
                Optional.of(TimelineId.of(2)), Optional.empty(), Optional.empty())));

        assertThat(thrown == null ? "kept" : thrown.getClass().getSimpleName()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void anotherTimelineIsNotWhatWasPromised(int timeline) {
        var promise = new Promise(plan("latest", new Stop.EndOfWal(new Lsn(0x5000100))));

        assertThat(catchThrowable(() -> promise.compare(new Reached(new Lsn(0x5000100), TimelineId.of(timeline),
                Optional.empty(), Optional.empty(), Optional.empty())))).isInstanceOf(RestoreFault.FellShort.class);
    }
}
