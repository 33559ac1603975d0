// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.tree.Part;

/** A part of a file, whose place may not be known yet. */
sealed interface DraftPart {

    /** Zeros. */
    record Zeros(long length) implements DraftPart {}

    /** A block that the repository had. */
    record Adopted(BlockRef ref) implements DraftPart {}

    /** A new block of this session. */
    record Fresh(PendingFrame frame) implements DraftPart {}

    /** The part as it stands in a leaf; only once its place is known. */
    default Part part() {
        return switch (this) {
            case Zeros(long length) -> new Part.Zeros(length);
            case Adopted(BlockRef ref) -> new Part.Block(ref);
            case Fresh(PendingFrame frame) -> new Part.Block(frame.ref());
        };
    }
}
