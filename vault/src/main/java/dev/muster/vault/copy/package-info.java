// SPDX-License-Identifier: Apache-2.0
/**
 * Copies of a repository at another place, made without its keys (docs/format.md, section 14).
 *
 * <p>A <i>replica</i> is a copy that carries a <i>mark</i>: it is read like the original and written by copying alone. A
 * <i>sight</i> is one state of the original that is whole in itself, found by listings. A <i>round</i> copies what of a
 * sight is not there yet, in <i>phases</i>; gc may take objects of the original meanwhile, then there is another round.
 *
 * <p>Invariants: at every moment a replica is a state of the repository that can be read: a snapshot comes after all that
 * it needs, the roll after the snapshots that it names. Nothing is put whose bytes are not those that its key names.
 * Nothing is deleted, here or there. A copy that was interrupted goes on where it was.
 */
@NullMarked
package dev.muster.vault.copy;

import org.jspecify.annotations.NullMarked;
