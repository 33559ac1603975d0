// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalCover;

/**
 * The WAL of one history, as far as retention looks at it.
 *
 * @param incarnation the name of the history
 * @param timeline as PostgreSQL numbers it
 * @param segmentBytes a power of two
 * @param first LSN of its first byte; unsigned
 * @param stored what is there
 * @param released what was released before
 */
public record HistoryLog(Uid incarnation, long timeline, int segmentBytes, long first, WalCover stored,
        WalCover released) {}
