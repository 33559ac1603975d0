// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import java.util.List;

/**
 * Holds a snapshot for as long as somebody reads it (docs/format.md, section 10): while it lives, gc spares what the
 * snapshot reaches, even if the snapshot is removed. Thread-safe.
 */
public final class ReadingSession implements AutoCloseable {

    private final SessionCandidates candidates;

    private ReadingSession(SessionCandidates candidates) {
        this.candidates = candidates;
    }

    /**
     * Announces it, then looks whether the snapshot still counts.
     *
     * @param host where it is read
     * @param purpose what for, in words
     * @param log WAL that is read besides what the snapshot needs
     * @throws VaultFault.Missing if it does not count any more
     */
    public static ReadingSession open(CaptureSetting setting, SnapshotHead head, String host, String purpose,
            List<WalNeed> log) throws InterruptedException {
        SessionCandidates candidates = SessionCandidates.read(setting, head, host, purpose, log);
        boolean counts = setting.catalog().read().counting().stream().anyMatch(each -> each.id().equals(head.id()));
        if (!counts) {
            candidates.withdraw();
            throw new VaultFault.Missing("a snapshot that was there before", head.toString());
        }
        return new ReadingSession(candidates);
    }

    /** Says again that the snapshot is being read, if it is time: to be called at least every few hours. */
    public void keepAlive() throws InterruptedException {
        candidates.repeatIfDue();
    }

    /** Takes the announcement away, where that is permitted; otherwise gc does when it is old. */
    @Override
    public void close() {
        try {
            candidates.withdraw();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
