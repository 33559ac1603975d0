// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.Store;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.FrameOpener;
import dev.muster.vault.tree.FollowTables;
import dev.muster.vault.tree.TreeRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The packs that tables reach. */
final class Reach implements FollowTables.Visitor, AutoCloseable {

    private final Set<Digest> packs = new HashSet<>();
    private final VisitedNodes visited;
    private final FollowTables tables;

    /** @param scratch a directory for what does not fit into memory */
    Reach(Store store, FrameOpener opener, Path scratch) throws IOException {
        this.visited = new VisitedNodes(scratch);
        this.tables = new FollowTables(BlockFetcher.ofMaps(store, opener), this);
    }

    /**
     * Adds what a table reaches.
     *
     * @param whose for messages
     * @throws VaultFault.Uncollectable if a node of it cannot be read
     */
    void follow(TreeRoot table, String whose) throws InterruptedException {
        try {
            tables.follow(table);
        } catch (VaultFault e) {
            VaultFault.Uncollectable fault =
                    new VaultFault.Uncollectable(whose + " needs it: " + e.what(), e.subject());
            fault.addSuppressed(e);
            throw fault;
        }
    }

    boolean has(Digest pack) {
        return packs.contains(pack);
    }

    @Override
    public boolean node(BlockRef ref) {
        packs.add(ref.pack());
        try {
            return visited.add(ref.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void block(BlockRef ref) {
        packs.add(ref.pack());
    }

    @Override
    public void close() {
        visited.close();
    }
}
