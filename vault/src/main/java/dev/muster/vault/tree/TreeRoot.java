// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.pack.BlockRef;

/**
 * The top of a tree of nodes.
 *
 * @param ref the node
 * @param height above the leaves, which have 0
 */
public record TreeRoot(BlockRef ref, int height) {

    public static TreeRoot read(Decoder in) {
        return new TreeRoot(BlockRef.read(in), in.u8());
    }

    public void write(Encoder out) {
        ref.write(out);
        out.u8(height);
    }
}
