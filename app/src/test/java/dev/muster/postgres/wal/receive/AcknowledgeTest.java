// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AcknowledgeTest {

    private static final long MIB = 1 << 20;
    private static final Rpo RPO = new Rpo.Known(Duration.ZERO);
    private static final Policy SYNCHRONOUS = new Policy(true, Policy.Durability.SPOOL, Policy.OnOutage.BLOCK,
            Duration.ofSeconds(30));

    private static Acknowledge acknowledge(Policy policy) {
        return new Acknowledge(policy, WalSegmentSize.DEFAULT, InstantSource.fixed(Instant.EPOCH));
    }

    private static Progress.Snapshot progress(long received, long spooled, long stored, boolean proven) {
        return new Progress.Snapshot(new Lsn(received), new Lsn(received), new Lsn(spooled), new Lsn(stored), RPO, RPO,
                Optional.empty(), proven);
    }

    @Test
    void nothingIsAcknowledgedBeforeThePastWasCompared() {
        var status = acknowledge(SYNCHRONOUS).status(progress(900, 800, 700, false), true, true);
        assertThat(status.flushed()).isEqualTo(Lsn.ZERO);
        assertThat(status.written()).isEqualTo(Lsn.ZERO);
        assertThat(status.applied()).isEqualTo(Lsn.ZERO);
        assertThat(status.replyRequested()).isTrue();
    }

    @Test
    void aSynchronousReceiverAcknowledgesWhatIsSafeWhereThePolicyWantsIt() {
        var progress = progress(90 * MIB, 80 * MIB, 70 * MIB, true);
        assertThat(acknowledge(SYNCHRONOUS).status(progress, true, false).flushed()).isEqualTo(new Lsn(80 * MIB));
        assertThat(acknowledge(SYNCHRONOUS).status(progress, false, false).flushed()).isEqualTo(new Lsn(70 * MIB));
    }

    @Test
    void appliedIsNeverMoreThanFlushed() {
        var status = acknowledge(SYNCHRONOUS).status(progress(90 * MIB, 80 * MIB, 70 * MIB, true), true, false);
        assertThat(status.applied()).isEqualTo(status.flushed());
        assertThat(status.written()).isEqualTo(new Lsn(90 * MIB));
    }

    @Test
    void anAsynchronousReceiverAcknowledgesWhatTheRepositoryHasWhateverIsSpooled() {
        var acknowledge = acknowledge(Policy.asynchronous());
        assertThat(acknowledge.status(progress(90 * MIB, 80 * MIB, 70 * MIB, true), true, false).flushed())
                .isEqualTo(new Lsn(70 * MIB));
    }

    @Test
    void theSegmentBeforeIsKeptUntilTheNextShowsWhoseItIs() {
        var size = WalSegmentSize.DEFAULT;
        assertThat(Acknowledge.kept(new Lsn(32 * MIB), size)).isEqualTo(new Lsn(32 * MIB - 1));
        assertThat(Acknowledge.kept(new Lsn(33 * MIB - 1), size)).isEqualTo(new Lsn(32 * MIB - 1));
        assertThat(Acknowledge.kept(new Lsn(33 * MIB), size)).isEqualTo(new Lsn(33 * MIB));
        assertThat(Acknowledge.kept(new Lsn(10), size)).isEqualTo(new Lsn(10));
    }

    @Test
    void nothingInSegmentZeroIsEverAcknowledged() {
        var size = WalSegmentSize.DEFAULT;
        assertThat(Acknowledge.kept(new Lsn(16 * MIB), size)).isEqualTo(new Lsn(16 * MIB));
        assertThat(Acknowledge.kept(new Lsn(16 * MIB + 100), size)).isEqualTo(new Lsn(16 * MIB + 100));
    }

    @Test
    void itNeverGoesBack() {
        var acknowledge = acknowledge(SYNCHRONOUS);
        acknowledge.status(progress(90 * MIB, 80 * MIB, 70 * MIB, true), true, false);
        assertThat(acknowledge.status(progress(90 * MIB, 80 * MIB, 70 * MIB, true), false, false).flushed())
                .isEqualTo(new Lsn(80 * MIB));
    }
}
