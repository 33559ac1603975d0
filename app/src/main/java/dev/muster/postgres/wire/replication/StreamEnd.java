// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;

/** Why a stream is over. */
public sealed interface StreamEnd {

    /**
     * All of the timeline has been sent. The connection takes commands again.
     *
     * @param next the timeline that follows
     * @param start where it leaves the one that ended
     */
    record TimelineEnded(TimelineId next, Lsn start) implements StreamEnd {}

    /** This side had stopped it. The connection takes commands again. */
    record Stopped() implements StreamEnd {}

    /** The server shuts down, and has sent all its log. The connection is closed. */
    record ServerShutdown() implements StreamEnd {}
}
