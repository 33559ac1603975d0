// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.vault.wal.WalFault;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Takes a stream into the spool: first compares what is known, then appends, and forces in time. One thread uses it.
 */
final class Intake implements WalReader {

    /** More than this is not left unforced, whatever else comes. */
    static final int UNFORCED_BYTES_MAX = 4 << 20;

    private static final long UNFORCED_NANOS_MAX = 10_000_000;

    private final SpooledLog log;
    private final Past past;
    private final Progress progress;
    private final Clocks clocks;
    private final String server;
    private Optional<Past.Proof> proof;
    private long unforced;
    private long unforcedSince;
    private boolean replyRequested;
    private boolean proven;

    Intake(SpooledLog log, Past past, Progress progress, Clocks clocks, String server) {
        this.log = log;
        this.past = past;
        this.progress = progress;
        this.clocks = clocks;
        this.server = server;
        this.proof = past.proof();
    }

    SpooledLog log() {
        return log;
    }

    @Override
    public void wal(WalData data) {
        progress.heard(data.serverEnd(), data.sentAt());
        var bytes = data.bytes();
        var known = Math.clamp(past.until().minus(data.start()), 0, bytes.remaining());
        if (known > 0) {
            compare(data.start(), bytes.slice(bytes.position(), known));
            bytes.position(bytes.position() + known);
        }
        var lsn = data.start().plus(known);
        var unproven = proven ? 0 : Math.clamp(past.provenAt().minus(lsn), 0, bytes.remaining());
        take(lsn, bytes.slice(bytes.position(), unproven));
        prove(lsn.plus(unproven));
        take(lsn.plus(unproven), bytes.position(bytes.position() + unproven));
        if (proven) {
            progress.received(log.received());
        }
        if (unforced > 0) {
            reached("stream.after-append");
        }
    }

    private void compare(Lsn lsn, ByteBuffer bytes) {
        if (!past.holds(lsn, bytes)) {
            throw new ReceiverFault.Diverges(server, lsn.toString());
        }
        if (past.spooled().filter(log::equals).isEmpty()) {
            take(lsn, bytes);
        } else {
            // Written once more, in case a failed force left it in memory only.
            var again = Math.clamp(log.writableFrom().minus(lsn), 0, bytes.remaining());
            take(lsn.plus(again), bytes.position(bytes.position() + again));
        }
    }

    private void take(Lsn lsn, ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            if (unforced == 0) {
                unforcedSince = clocks.nanoTime().getAsLong();
            }
            unforced += bytes.remaining();
            log.append(lsn, bytes);
            if (log.received().segmentNumber(log.segmentSize()) != lsn.segmentNumber(log.segmentSize())) {
                reached("stream.after-segment");
            }
        }
    }

    /** From here on everything is new: what is forced may be acknowledged. */
    private void prove(Lsn end) {
        if (proven || end.isBefore(past.provenAt())) {
            return;
        }
        if (proof.isPresent()) {
            run(proof.get());
            proof = Optional.empty();
        }
        proven = true;
    }

    private void run(Past.Proof open) {
        try {
            open.check().run(log);
        } catch (WalFault.Diverges e) {
            throw new ReceiverFault.Diverges(server, e.subject());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the past was compared", e);
        }
    }

    @Override
    public void keepalive(Keepalive keepalive) {
        progress.heard(keepalive.serverEnd(), keepalive.sentAt());
        replyRequested |= keepalive.replyRequested();
    }

    /** Whether something was received that was not forced. */
    boolean hasUnforced() {
        return unforced > 0;
    }

    /** Whether what was received should be forced now; a pause in the stream is a good moment. */
    boolean isForceDue(boolean pause) {
        return proven && (unforced > 0 || !log.checked())
                && (pause || unforced >= UNFORCED_BYTES_MAX
                        || clocks.nanoTime().getAsLong() - unforcedSince >= UNFORCED_NANOS_MAX);
    }

    /** Forces what was received. */
    void force() {
        log.force();
        unforced = 0;
        if (!log.checked()) {
            reached("stream.before-check");
            log.setChecked();
        }
        reached("stream.after-force");
        progress.received(log.received());
        progress.spooled(log.durable());
        progress.proven(past.provenAt());
    }

    private void reached(String crashPoint) {
        clocks.crashPoints().reached(crashPoint);
    }

    /** Whether the server asked for an answer since the last time this was asked. */
    boolean replyRequested() {
        var requested = replyRequested;
        replyRequested = false;
        return requested;
    }
}
