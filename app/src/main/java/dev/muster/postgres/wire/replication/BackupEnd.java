// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;

/**
 * What is known when a base backup is complete.
 *
 * @param position up to where the log must be replayed for the backup to be consistent
 * @param timeline on which timeline
 */
public record BackupEnd(Lsn position, TimelineId timeline) {}
