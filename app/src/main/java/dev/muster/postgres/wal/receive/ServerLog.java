// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.HistoryFile;
import dev.muster.vault.wal.Lineage;

/**
 * What a server says of its log.
 *
 * @param origin system, timeline and the timeline's history file
 * @param history the same history, read
 * @param position how far the log is flushed
 * @param segmentSize size of its segments
 * @param version {@code server_version_num}
 * @param server where it is, for messages
 */
record ServerLog(Lineage.Origin origin, HistoryFile history, Lsn position, WalSegmentSize segmentSize, int version,
        Where server) {

    /**
     * Where a server is and what it is doing.
     *
     * @param host for messages
     * @param standby whether it recovers: then it may lag behind what another server has sent
     */
    record Where(String host, boolean standby) {}

    /** Whether a history is of this server's cluster, or of a copy of it. */
    boolean isOfItsCluster(KnownLog log) {
        return log.lineage().origin().systemIdentifier() == origin.systemIdentifier()
                && log.lineage().segmentBytes() == segmentSize.bytes();
    }

    @Override
    public String toString() {
        return server.host + ", " + origin + " at " + position;
    }
}
