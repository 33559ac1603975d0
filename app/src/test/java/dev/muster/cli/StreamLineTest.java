// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.Rpo;
import dev.muster.postgres.wal.receive.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class StreamLineTest {

    private static final Policy SYNCHRONOUS =
            new Policy(true, Policy.Durability.SPOOL, Policy.OnOutage.DEGRADE, Policy.OUTAGE_AFTER_DEFAULT);

    private static ReceiverState state(Policy policy, Standing standing, Rpo rpo,
            ReceiverEvent.Degradation... degraded) {
        return new ReceiverState("clinic", Instant.EPOCH, ReceiverState.Phase.STREAMING, Optional.empty(),
                new ReceiverState.Log(Lsn.parse("0/3000000"), Lsn.parse("0/3000000"), Lsn.parse("0/3000000"),
                        Lsn.parse("0/2F00000"), new Rpo.Known(Duration.ZERO), rpo),
                new ReceiverState.Promise(policy, standing, Optional.of(degraded).filter(some -> some.length > 0)
                        .map(some -> some[0]), 33_554_432, 1L << 30),
                Optional.empty());
    }

    @Test
    void rpoZeroIsShownWhileTheServerConfirmsIt() {
        var late = new Rpo.Known(Duration.ofMillis(700));
        assertThat(StreamLine.progress(state(SYNCHRONOUS, Standing.SYNC, late), 2_000_000))
                .isEqualTo(
                        "streaming  0/2F00000  2.00 MB/s  lag 1.05 MB  RPO 0, in the repository 0.70 s  spool 33.6 MB  sync");
        assertThat(StreamLine.fields(state(SYNCHRONOUS, Standing.SYNC, late))).containsEntry("rpo_seconds", 0.0)
                .containsEntry("store_rpo_seconds", 0.7).containsEntry("rpo_known", true)
                .containsEntry("loses_nothing", true);
        assertThat(StreamLine.fields(state(SYNCHRONOUS, Standing.SYNC, late, ReceiverEvent.Degradation.SPOOL_ONLY)))
                .containsEntry("rpo_seconds", 0.0).containsEntry("degraded", "spool-only");
        assertThat(StreamLine.fields(state(SYNCHRONOUS, Standing.SYNC, late, ReceiverEvent.Degradation.STEPPED_DOWN)))
                .containsEntry("rpo_seconds", 0.7);
        assertThat(StreamLine.fields(state(Policy.asynchronous(), Standing.SYNC, late)))
                .containsEntry("rpo_seconds", 0.7);
    }

    @ParameterizedTest
    @EnumSource(value = Standing.class, names = "SYNC", mode = EnumSource.Mode.EXCLUDE)
    void andInNoOtherStanding(Standing standing) {
        var fields = StreamLine.fields(state(SYNCHRONOUS, standing, new Rpo.Known(Duration.ofMillis(700))));
        assertThat(fields).containsEntry("rpo_seconds", 0.7).containsEntry("loses_nothing", false);
    }

    @Test
    void aSilentServersRpoIsUnknownAndBounded() {
        var silent = new Rpo.Unknown(Duration.ofSeconds(3), Duration.ofSeconds(9));
        var state = state(Policy.asynchronous(), Standing.UNKNOWN, silent);
        assertThat(StreamLine.fields(state)).containsEntry("rpo_seconds", 9.0).containsEntry("rpo_known", false);
        assertThat(StreamLine.progress(state, 0)).contains("RPO unknown, up to 9.00 s");
        var never = state(Policy.asynchronous(), Standing.UNKNOWN, new Rpo.Never());
        assertThat(StreamLine.fields(never)).containsEntry("rpo_seconds", null).containsEntry("rpo_known", false);
    }

    @Test
    void howFarBehindAServerThatWasNeverHeardOfItIsIsUnknown() {
        var known = state(Policy.asynchronous(), Standing.UNKNOWN, new Rpo.Never());
        var log = new ReceiverState.Log(Lsn.ZERO, Lsn.ZERO, Lsn.ZERO, Lsn.ZERO, new Rpo.Never(), new Rpo.Never());
        var unheard = new ReceiverState(known.system(), known.at(), ReceiverState.Phase.CONNECTING, Optional.empty(),
                log, known.promise(), known.trouble());
        assertThat(StreamLine.progress(unheard, 0)).startsWith("connecting ").contains("lag unknown", "RPO unknown");
        assertThat(StreamLine.fields(unheard)).containsEntry("lag_bytes", null);
        assertThat(StreamLine.fields(known)).containsEntry("lag_bytes", 1_048_576L);
    }
}
