// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;

/**
 * What {@code IDENTIFY_SYSTEM} answers.
 *
 * @param systemId the cluster
 * @param timeline the timeline that the server writes, or replays
 * @param position how far its log is flushed
 */
public record SystemIdentity(SystemId systemId, TimelineId timeline, Lsn position) {}
