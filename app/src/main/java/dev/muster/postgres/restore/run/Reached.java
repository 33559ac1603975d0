// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.restore.Measurement;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a recovery ended.
 *
 * @param lsn the end of the last record that was replayed
 * @param timeline whose log that was
 * @param promotedTo the timeline that the cluster is on now, if it was promoted
 * @param lastTransaction when the last transaction ended that was replayed, by the primary's clock, if one was and it is
 *        known
 * @param replayed how much WAL the server says that it replayed, and in which time, its own start left out; empty if it
 *        was not promoted, since only then it says so
 */
public record Reached(Lsn lsn, TimelineId timeline, Optional<TimelineId> promotedTo,
        Optional<Instant> lastTransaction, Optional<Measurement> replayed) {}
