// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.wal.WalCover;

/**
 * What becomes of the WAL of one history.
 *
 * @param log the history
 * @param stays what is there, was not released and is not released now
 * @param releases what is released now, whole segments; it may have holes that were there before
 */
public record LogDecision(HistoryLog log, WalCover stays, WalCover releases) {

    /** How many bytes of WAL are there that are released now. */
    public long bytes() {
        return log.stored().and(releases).bytes();
    }
}
