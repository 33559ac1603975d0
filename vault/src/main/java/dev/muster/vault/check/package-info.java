// SPDX-License-Identifier: Apache-2.0
/**
 * Checks: whether a repository still is what was written to it (docs/format.md, section 11).
 *
 * <p>A <i>depth</i> says how much is read. A <i>finding</i> is one thing that is wrong, with what it touches. A
 * <i>report</i> is all findings of one check and what was looked at. A <i>place</i> is where a frame lies: pack, offset,
 * lengths and id together.
 *
 * <p>Invariants: what a report calls sound was read; a check needs memory by the number of objects that are read at
 * once, never by the number of blocks; nothing is mended or removed.
 */
@NullMarked
package dev.muster.vault.check;

import org.jspecify.annotations.NullMarked;
