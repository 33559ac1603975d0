// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wire.replication.StandbyStatus;
import java.time.InstantSource;

/**
 * Decides what the server is told. What it is told to be flushed it may throw away, and commits that wait for us are
 * released. Within one stream it never goes back. Safe for use by any thread.
 */
final class Acknowledge {

    /** Less of a segment than this does not show whose log it is: docs/format.md, answer 23. */
    static final int COMPARED_BYTES_MIN = 1 << 20;

    private final Policy policy;
    private final WalSegmentSize segments;
    private final InstantSource clock;
    private Lsn flushed = Lsn.ZERO;

    Acknowledge(Policy policy, WalSegmentSize segments, InstantSource clock) {
        this.policy = policy;
        this.segments = segments;
        this.clock = clock;
    }

    /**
     * The status to send.
     *
     * @param spoolCounts whether what is spooled counts, because the policy says so or is degraded
     */
    synchronized StandbyStatus status(Progress.Snapshot progress, boolean spoolCounts, boolean replyRequested) {
        if (!progress.proven()) {
            return new StandbyStatus(Lsn.ZERO, Lsn.ZERO, Lsn.ZERO, clock.instant(), replyRequested);
        }
        var safe = spoolCounts ? progress.spooled() : progress.stored();
        var due = policy.synchronous() ? safe : kept(progress.stored(), segments);
        flushed = due.isAfter(flushed) ? due : flushed;
        // Nothing is replayed here: applied may say as much as flushed, and never more.
        return new StandbyStatus(progress.received(), flushed, flushed, clock.instant(), replyRequested);
    }

    /** The last position that the server was told to be flushed; zero before the first. */
    synchronized Lsn flushed() {
        return flushed;
    }

    /**
     * The position from which on the server must keep its log so that we can go on after this one: the segment before
     * stays until its successor holds enough to be compared. Never one in segment 0, where no log is: a server whose slot
     * is there takes "the segments before it" for all that there are, and removes them, the current one too
     * (CreateCheckPoint in PostgreSQL's xlog.c).
     */
    static Lsn kept(Lsn stored, WalSegmentSize segments) {
        var start = stored.segmentStart(segments);
        return stored.minus(start) < COMPARED_BYTES_MIN && start.value() > segments.bytes()
                ? new Lsn(start.value() - 1)
                : stored;
    }
}
