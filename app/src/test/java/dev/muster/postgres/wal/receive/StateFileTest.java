// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StateFileTest {

    private static final Instant AT = Instant.parse("2026-07-01T12:00:00.250Z");

    private static final ReceiverState FULL = new ReceiverState("clinic", AT, ReceiverState.Phase.STREAMING,
            Optional.of(new ReceiverState.Source("db1:5432, system 4711 timeline 2", "0a".repeat(16), 2,
                    Optional.of(AT.minusMillis(30)))),
            new ReceiverState.Log(Lsn.parse("16/B374D848"), Lsn.parse("16/B374D800"), Lsn.parse("16/B374D000"),
                    Lsn.parse("16/B3740000"), new Rpo.Known(Duration.ofMillis(12)),
                    new Rpo.Unknown(Duration.ofSeconds(3), Duration.ofSeconds(9))),
            new ReceiverState.Promise(new Policy(true, Policy.Durability.REPOSITORY, Policy.OnOutage.DEGRADE,
                    Duration.ofSeconds(30)), Standing.QUORUM, Optional.of(ReceiverEvent.Degradation.SPOOL_ONLY),
                    33554432, 1073741824),
            Optional.of(new ReceiverState.Trouble("store.unreachable", "No answer\nfrom it", AT.minusSeconds(60))));

    private static final ReceiverState EMPTY = new ReceiverState("clinic", AT, ReceiverState.Phase.CONNECTING,
            Optional.empty(),
            new ReceiverState.Log(Lsn.ZERO, Lsn.ZERO, Lsn.ZERO, Lsn.ZERO, new Rpo.Never(), new Rpo.Never()),
            new ReceiverState.Promise(Policy.asynchronous(), Standing.UNKNOWN, Optional.empty(), 0, 1),
            Optional.empty());

    private static final String FROZEN = """
            muster receiver 1
            system clinic
            process 4711
            at 2026-07-01T12:00:00.250Z
            phase streaming
            server db1:5432, system 4711 timeline 2
            incarnation 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
            timeline 2
            server-time 2026-07-01T12:00:00.220Z
            server-end 16/B374D848
            received 16/B374D800
            spooled 16/B374D000
            stored 16/B3740000
            spool-rpo known PT0.012S
            store-rpo unknown PT3S PT9S
            synchronous yes
            durability repository
            on-outage degrade
            outage-after PT30S
            standing quorum
            degraded spool-only
            spool-bytes 33554432
            spool-bytes-max 1073741824
            trouble-code store.unreachable
            trouble-since 2026-07-01T11:59:00.250Z
            trouble No answer from it
            """;

    @TempDir
    Path directory;

    @Test
    void theFormatIsFrozen() {
        assertThat(StateFile.encode(FULL, 4711)).isEqualTo(FROZEN);
        var found = StateFile.decode(FROZEN);
        assertThat(StateFile.encode(found.state(), found.process())).isEqualTo(FROZEN);
        assertThat(StateFile.decode(FROZEN + "later yes\n").state().log()).isEqualTo(FULL.log());
    }

    @Test
    void anotherProcessReadsWhatWasWrittenLast() throws Exception {
        var file = directory.resolve("receiver.state");
        assertThat(new StateFile(file).read()).isEmpty();
        new StateFile(file).write(FULL, 1);
        new StateFile(file).write(EMPTY, 1);
        assertThat(new StateFile(file).read()).contains(EMPTY);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aReceiverRunsIfItsProcessLivesAndSaidSoLately() {
        var us = ProcessHandle.current().pid();
        assertThat(new StateFile.Found(FULL, us).isRunning(AT.plusSeconds(3))).isTrue();
        assertThat(new StateFile.Found(FULL, us).isRunning(AT.plusSeconds(30))).isFalse();
        assertThat(new StateFile.Found(FULL, Integer.MAX_VALUE).isRunning(AT.plusSeconds(3))).isFalse();
        var stopped = new ReceiverState(FULL.system(), AT, ReceiverState.Phase.STOPPED, FULL.server(), FULL.log(),
                FULL.promise(), FULL.trouble());
        assertThat(new StateFile.Found(stopped, us).isRunning(AT.plusSeconds(3))).isFalse();
    }

    @Test
    void whatIsNoStateIsSaid() throws Exception {
        var file = directory.resolve("receiver.state");
        for (var wrong : new String[]{"", "muster receiver 2\n", FROZEN.replace("phase streaming", "phase sleeping"),
                FROZEN.replace("store-rpo unknown PT3S PT9S", "store-rpo unknown PT3S"), FROZEN.substring(0, 200)}) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> new StateFile(file).read()).as(wrong).isInstanceOf(StateFile.Unusable.class);
        }
        assertThatThrownBy(() -> new StateFile(directory.resolve("no/state")).write(FULL, 1))
                .isInstanceOf(StateFile.Unusable.class);
    }
}
