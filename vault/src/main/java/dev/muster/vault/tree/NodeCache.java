// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.pack.BlockRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Nodes that were used last, up to a size. Thread-safe. */
final class NodeCache {

    /** What a decoded node takes, as a multiple of its plaintext. */
    private static final int OBJECT_FACTOR = 4;

    private final long bytesMax;
    private final Map<BlockRef, Node> nodes = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    NodeCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    synchronized Optional<Node> get(BlockRef ref) {
        return Optional.ofNullable(nodes.get(ref));
    }

    synchronized void put(BlockRef ref, Node node) {
        if (nodes.put(ref, node) == null) {
            bytes += size(ref);
        }
        var eldest = nodes.keySet().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= size(eldest.next());
            eldest.remove();
        }
    }

    private static long size(BlockRef ref) {
        return (long) OBJECT_FACTOR * ref.plainLength();
    }
}
