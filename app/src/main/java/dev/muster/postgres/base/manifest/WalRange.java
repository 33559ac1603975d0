// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;

/**
 * WAL of one timeline that a backup cannot do without.
 *
 * @param start the position at which replay begins
 * @param end the position that replay must reach
 */
public record WalRange(TimelineId timeline, Lsn start, Lsn end) {

    public WalRange {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("WAL from " + start + " does not end at " + end);
        }
    }
}
