// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is known when a base backup begins.
 *
 * @param position where replay of the backup must begin
 * @param timeline on which timeline
 * @param tablespaces what will be sent, in this order; the main one is last
 */
public record BackupStart(Lsn position, TimelineId timeline, List<Tablespace> tablespaces) {

    public BackupStart {
        tablespaces = List.copyOf(tablespaces);
    }

    /**
     * A tablespace.
     *
     * @param oid its object id; nothing for the main data directory
     * @param location its directory on the server; empty for the main data directory
     * @param estimatedKib about how large it is in KiB, if progress was asked for
     */
    public record Tablespace(OptionalLong oid, String location, OptionalLong estimatedKib) {}
}
