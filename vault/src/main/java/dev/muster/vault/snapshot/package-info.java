// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots: what a capture leaves behind, and which of them count (docs/format.md, sections 7 and 9).
 *
 * <p>A <i>snapshot</i> names the root of a table of files and the WAL without which they cannot be brought to life. Its
 * <i>head</i> is all of it but the files. A <i>WAL need</i> is a stretch of WAL of one history, <i>coverage</i> is what the
 * repository holds of it. A <i>session</i> is one attempt to write a snapshot; it shows itself by <i>candidates</i>, and
 * is given up by <i>abandon</i> objects. The <i>catalog</i> tells the snapshots that <i>count</i> from those that are
 * <i>undecided</i> and from what cannot be verified.
 *
 * <p>Invariants: a snapshot counts if it verifies, its session is not given up, and its removal is not on the roll;
 * nothing else makes or unmakes a recovery point.
 */
@NullMarked
package dev.muster.vault.snapshot;

import org.jspecify.annotations.NullMarked;
