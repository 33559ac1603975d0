// SPDX-License-Identifier: Apache-2.0
/**
 * The index: where the blocks of a repository are, for the writer that wants to adopt instead of upload (docs/format.md,
 * sections 7 and 9). A reader never needs it.
 *
 * <p>An <i>index object</i> lists packs and the blocks in them. The <i>local index</i> is the union of the index objects
 * that are listed, as a hash table in a mapped file of the state directory. <i>Exclusions</i> are the packs and frames
 * that must not be adopted from: condemned by a run of gc, or in quarantine because they were found bad. A
 * <i>ledger of inclusions</i> remembers which index objects are in the local index.
 *
 * <p>Invariants: the local index is derived and can be thrown away at any moment; whatever its files hold after a crash,
 * a look-up answers what some index object said, or nothing; it needs a bounded heap whatever its size.
 */
@NullMarked
package dev.muster.vault.index;

import org.jspecify.annotations.NullMarked;
