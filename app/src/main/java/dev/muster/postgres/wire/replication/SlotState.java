// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.util.Optional;

/**
 * A physical slot as it is.
 *
 * @param restart the oldest position that the slot keeps; nothing if it keeps none yet
 * @param timeline the timeline of that position
 */
public record SlotState(Optional<Lsn> restart, Optional<TimelineId> timeline) {}
