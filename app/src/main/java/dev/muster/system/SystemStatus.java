// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.wal.receive.ReceiverState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How well a system is protected at one moment.
 *
 * @param system which
 * @param at when, by this host's clock
 * @param points where it can be taken back to
 * @param receiver what its receiver on this host said last; empty if there never was one
 * @param receiverRuns whether that receiver runs
 * @param stored how far the repository holds each history of WAL, that which was received last first
 * @param loss what would be lost now
 * @param unproven what nobody has shown yet, each a sentence
 */
public record SystemStatus(ProtectedSystem system, Instant at, RecoveryPoints points, Optional<ReceiverState> receiver,
        boolean receiverRuns, List<StoredLog> stored, Loss loss, List<String> unproven) {

    public SystemStatus {
        stored = List.copyOf(stored);
        unproven = List.copyOf(unproven);
    }

    /** Whether the RPO objective is shown to be met. */
    public boolean meetsRpo() {
        return loss.isWithin(system.objective().rpo());
    }
}
