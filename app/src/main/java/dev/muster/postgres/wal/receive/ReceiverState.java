// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * How a receiver is doing at one moment: what 'muster status' shows.
 *
 * @param system name of the protected system
 * @param at when, by the receiver's clock
 * @param phase what it is doing
 * @param server where it receives from and what; empty before the first session
 * @param log how far the log has come
 * @param promise what is promised now
 * @param trouble what stands in the way; empty if nothing does
 */
public record ReceiverState(String system, Instant at, Phase phase, Optional<Source> server, Log log, Promise promise,
        Optional<Trouble> trouble) {

    /** Whether no commit that the server acknowledges now can be lost with it: RPO 0. Commits that asked not to wait can. */
    public boolean losesNothing() {
        return phase == Phase.STREAMING && promise.policy.synchronous() && promise.standing == Standing.SYNC
                && !promise.degraded.equals(Optional.of(ReceiverEvent.Degradation.STEPPED_DOWN));
    }

    /** The same in trouble. */
    public ReceiverState in(Trouble newTrouble) {
        return new ReceiverState(system, at, phase, server, log, promise, Optional.of(newTrouble));
    }

    /** What a receiver is doing. */
    public enum Phase {
        /** Looking for a server that will do. */
        CONNECTING,
        /** Comparing what the server sends with what is known. */
        COMPARING,
        /** Receiving new log. */
        STREAMING,
        /** Not receiving, because the spool is full. */
        WAITING_FOR_ROOM,
        /** Ended. */
        STOPPED
    }

    /**
     * Where log is received from.
     *
     * @param name host and what the server says it is
     * @param incarnation the history that is written to, in hexadecimal
     * @param timeline the server's timeline
     * @param time the server's clock when it was heard of last
     */
    public record Source(String name, String incarnation, long timeline, Optional<Instant> time) {}

    /**
     * How far the log has come. Positions are those of the first byte that is not there yet.
     *
     * @param serverEnd the server's
     * @param received in the receiver's memory
     * @param spooled durable here
     * @param stored durable in the repository
     * @param spoolRpo what losing the server alone costs; if the spool is on the server's own disk, see storeRpo
     * @param storeRpo what losing the server and the receiver costs
     */
    public record Log(Lsn serverEnd, Lsn received, Lsn spooled, Lsn stored, Rpo spoolRpo, Rpo storeRpo) {

        /** How many bytes the repository lacks; empty while the server was never heard of, since nobody knows. */
        public Optional<Long> lagBytes() {
            return serverEnd.equals(Lsn.ZERO) ? Optional.empty() : Optional.of(Math.max(0, serverEnd.minus(stored)));
        }
    }

    /**
     * What is promised now.
     *
     * @param policy what the user chose
     * @param standing whether commits wait for this receiver: with any other than SYNC, RPO 0 is not promised
     * @param degraded what less is promised for now
     * @param spoolBytes room that the spool takes
     * @param spoolBytesMax room that it may take
     */
    public record Promise(Policy policy, Standing standing, Optional<ReceiverEvent.Degradation> degraded,
            long spoolBytes, long spoolBytesMax) {}

    /**
     * What stands in the way.
     *
     * @param code of the fault
     * @param message what happened, and to what
     * @param since when it began
     */
    public record Trouble(String code, String message, Instant since) {}
}
