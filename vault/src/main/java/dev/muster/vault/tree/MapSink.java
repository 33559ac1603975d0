// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.SealedPack;
import java.util.List;
import java.util.Optional;

/** Where the map blocks of a tree go, and where those are that exist already. */
public interface MapSink {

    /** A map block that may be adopted; it is then part of the tree. */
    Optional<BlockRef> adopt(Digest id);

    /** Puts a pack of map blocks. They can be adopted from now on, and it is durable when this returns. */
    void put(SealedPack pack, List<BlockRef> blocks) throws InterruptedException;
}
