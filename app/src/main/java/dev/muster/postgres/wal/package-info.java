// SPDX-License-Identifier: Apache-2.0
/**
 * Write-ahead log on its way from a server to the repository and back.
 *
 * <p>A <i>history file</i> says along which timelines a server came to its own: each ended at a <i>switch point</i> where
 * the next one left it.
 *
 * <p>Invariants: a timeline's history begins with its parent's.
 */
@NullMarked
package dev.muster.postgres.wal;

import org.jspecify.annotations.NullMarked;
