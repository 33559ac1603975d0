// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wire.replication.WalStream;
import dev.muster.postgres.wire.transport.TransportFault;
import java.time.Duration;

/**
 * Tells the server how far we are: at least every second, also while the disk or the spool makes the receiver wait, and
 * whenever the repository has more. It is told to end and never interrupted: an interrupt would close the connection.
 */
final class ReportStatus implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Parts parts;
    private final Outage outage;
    private final WalStream stream;
    private final Acknowledge acknowledge;
    private volatile boolean over;

    ReportStatus(Parts parts, Outage outage, WalStream stream, Acknowledge acknowledge) {
        this.parts = parts;
        this.outage = outage;
        this.stream = stream;
        this.acknowledge = acknowledge;
    }

    /** Reports until it is closed or the stream is over, on a thread of its own. */
    void run() throws InterruptedException {
        var heard = Lsn.ZERO;
        while (!over) {
            var progress = parts.progress().snapshot();
            try {
                // A server that has nothing to send says nothing by itself.
                send(progress, progress.serverEnd().equals(heard));
            } catch (TransportFault e) {
                // The stream is over or the connection lost: the thread that receives says which.
                return;
            }
            heard = progress.serverEnd();
            parts.progress().awaitStored(progress.stored(), EVERY, () -> over);
        }
    }

    /** Reports at once: the caller is the thread that receives. */
    void now() {
        send(parts.progress().snapshot(), false);
    }

    /** What the server was told last. */
    Lsn acknowledged() {
        return acknowledge.flushed();
    }

    private void send(Progress.Snapshot progress, boolean replyRequested) {
        stream.sendStatus(acknowledge.status(progress, outage.spoolCounts(), replyRequested));
        parts.reached("stream.after-status");
    }

    @Override
    public void close() {
        over = true;
        parts.progress().wake();
    }
}
