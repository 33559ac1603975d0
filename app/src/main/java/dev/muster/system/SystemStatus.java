// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.wal.receive.ReceiverState;
import java.time.Duration;
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
 * @param epoch of the repository's keys
 * @param restore the last one that is proven
 * @param unproven what nobody has shown yet, each a sentence
 */
public record SystemStatus(ProtectedSystem system, Instant at, RecoveryPoints points, Optional<ReceiverState> receiver,
        boolean receiverRuns, List<StoredLog> stored, Loss loss, KeyEpoch epoch, Optional<LastRestore> restore,
        List<String> unproven) {

    /**
     * The keys that are written with now.
     *
     * @param number of the newest epoch, from 1
     * @param begun when, by the clock of the host that began it; empty if that is lost
     */
    public record KeyEpoch(int number, Optional<Instant> begun) {}

    public SystemStatus {
        stored = List.copyOf(stored);
        unproven = List.copyOf(unproven);
    }

    /** Whether the RPO objective is shown to be met. */
    public boolean meetsRpo() {
        return loss.isWithin(system.objective().rpo());
    }

    /** Whether the keys are as young as is promised; what was begun later than this host's clock says shows nothing. */
    public boolean meetsRotation() {
        return system.objective()
                .rotation()
                .map(longest -> epoch.begun()
                        .filter(begun -> !begun.isAfter(at) && Duration.between(begun, at).compareTo(longest) <= 0)
                        .isPresent())
                .orElse(true);
    }

    /** Whether the last restore took longer than recovery may. One that was never measured misses nothing: it is unproven. */
    public boolean missesRto() {
        return restore.filter(last -> last.took().compareTo(system.objective().rto()) > 0).isPresent();
    }

    /** Whether all objectives are shown to be met that can be judged from here. */
    public boolean meetsObjectives() {
        return meetsRpo() && meetsRotation() && !missesRto();
    }
}
