// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of one history in which every moment can be reached.
 *
 * @param history whose WAL it is
 * @param start the first position
 * @param startTime the first moment, by the primary's clock
 * @param end the last position
 * @param endTime the last moment, by the primary's clock, if it is known
 * @param points the snapshots that it can be reached from, oldest first
 */
public record RecoveryWindow(WalHistory history, Lsn start, Optional<Instant> startTime, Lsn end,
        Optional<Instant> endTime, List<BackupPoint> points) {

    public RecoveryWindow {
        points = List.copyOf(points);
    }

    /** How long it takes to restore the end of it, from the newest of its snapshots. */
    public Forecast forecast(Pace pace) {
        return points.getLast().forecast(pace, end);
    }
}
