// SPDX-License-Identifier: Apache-2.0
/**
 * Packs: objects full of frames (docs/format.md, section 8).
 *
 * <p>A <i>pack</i> holds the frames of blocks, of data or of maps, one after the other, and a <i>directory</i> of them at
 * its end, which is a hint for check and salvage. A <i>block reference</i> says where a block is: pack, offset, lengths,
 * and its id, by which whatever is read there is verified. A <i>span</i> is a piece of one pack that is read at once
 * because it holds several of the blocks wanted.
 *
 * <p>Invariants: frames lie in the order in which they were appended, which is the order of their counters; nothing is
 * handed out that does not have the id of its reference; the directory alone never leads to a reference.
 */
@NullMarked
package dev.muster.vault.pack;

import org.jspecify.annotations.NullMarked;
