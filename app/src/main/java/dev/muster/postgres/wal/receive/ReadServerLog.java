// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.TimelineId;
import dev.muster.postgres.wal.HistoryFile;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.TimelineHistory;
import dev.muster.vault.wal.Lineage;

/** Asks a server what its log is. */
final class ReadServerLog {

    private final WireConnection connection;
    private final Replication replication;

    ReadServerLog(WireConnection connection, Replication replication) {
        this.connection = connection;
        this.replication = replication;
    }

    ServerLog read() {
        var identity = replication.identifySystem();
        var origin = origin(identity.systemId().value(), identity.timeline());
        var standby = "on".equals(connection.parameters().get("in_hot_standby"));
        return new ServerLog(origin, history(identity.timeline(), origin), identity.position(),
                replication.walSegmentSize(), versionNumber(),
                new ServerLog.Where(connection.host().toString(), standby));
    }

    /** A timeline of this server, with its history file, which every timeline but the first must have. */
    Lineage.Origin origin(long systemId, TimelineId timeline) {
        var first = timeline.number() == 1;
        var history = first
                ? new byte[0]
                : replication.timelineHistory(timeline)
                        .map(TimelineHistory::contents)
                        .orElseThrow(() -> new ReceiverFault.NoHistory(connection.host().toString(),
                                timeline.toString()));
        return new Lineage.Origin(systemId, timeline.number(), history);
    }

    private HistoryFile history(TimelineId timeline, Lineage.Origin origin) {
        try {
            return HistoryFile.parse(timeline, origin.history());
        } catch (IllegalArgumentException e) {
            throw new WireFault.Protocol("The server's history file cannot be read", connection.host().toString(), e);
        }
    }

    private int versionNumber() {
        try {
            return Integer.parseInt(replication.show("server_version_num"));
        } catch (NumberFormatException e) {
            throw new WireFault.Protocol("The server's version is no number", connection.host().toString(), e);
        }
    }
}
