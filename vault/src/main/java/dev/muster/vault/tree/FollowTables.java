// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Follows tables to all that they reach. What several of them share is followed once, since a map block is named by what it
 * says. Memory is needed by the heights of the trees and not by their sizes.
 */
public final class FollowTables {

    private static final int NODES_AT_ONCE = 64;
    private static final int REQUESTS_AT_ONCE = 8;

    private final BlockFetcher maps;
    private final Visitor visitor;

    public FollowTables(BlockFetcher maps, Visitor visitor) {
        this.maps = maps;
        this.visitor = visitor;
    }

    /** Is told what is reached. */
    public interface Visitor {

        /**
         * A reference to a map block.
         *
         * @return whether what it says is to be followed: it was not before
         */
        boolean node(BlockRef ref);

        /** A reference to a block of data. */
        void block(BlockRef ref);
    }

    /**
     * Follows one table.
     *
     * @throws VaultFault if a node cannot be read, or is not what its parent says: what lies below it is unknown
     */
    public void follow(TreeRoot table) throws InterruptedException {
        follow(List.of(table.ref()), table.height(), true);
    }

    private void follow(List<BlockRef> refs, int height, boolean ofTable) throws InterruptedException {
        List<BlockRef> fresh = refs.stream().filter(visitor::node).toList();
        for (int from = 0; from < fresh.size(); from += NODES_AT_ONCE) {
            List<BlockRef> some = fresh.subList(from, Math.min(fresh.size(), from + NODES_AT_ONCE));
            List<byte[]> blocks = maps.fetch(some, REQUESTS_AT_ONCE);
            for (int at = 0; at < some.size(); at++) {
                BlockRef ref = some.get(at);
                follow(require(Node.decode(subject(ref), blocks.get(at)), height, ofTable, ref));
            }
        }
    }

    private void follow(Node node) throws InterruptedException {
        switch (node) {
            case Leaf leaf -> parts(leaf.parts());
            case Branch branch ->
                follow(branch.children().stream().map(Branch.Child::ref).toList(), branch.height() - 1, false);
            case TableBranch branch ->
                follow(branch.children().stream().map(TableBranch.Child::ref).toList(), branch.height() - 1, true);
            case TableLeaf leaf -> entries(leaf.entries());
        }
    }

    private void entries(List<FileEntry> entries) throws InterruptedException {
        Map<Integer, List<BlockRef>> files = new TreeMap<>();
        for (FileEntry entry : entries) {
            switch (entry.content()) {
                case FileContent.None _ -> {}
                case FileContent.Inline(List<Part> parts) -> parts(parts);
                case FileContent.Tree(TreeRoot root) ->
                    files.computeIfAbsent(root.height(), _ -> new ArrayList<>()).add(root.ref());
            }
        }
        for (Map.Entry<Integer, List<BlockRef>> ofHeight : files.entrySet()) {
            follow(ofHeight.getValue(), ofHeight.getKey(), false);
        }
    }

    private void parts(List<Part> parts) {
        for (Part part : parts) {
            if (part instanceof Part.Block(BlockRef ref)) {
                visitor.block(ref);
            }
        }
    }

    private static Node require(Node node, int height, boolean ofTable, BlockRef ref) {
        if (node.height() != height || (node instanceof TableNode) != ofTable) {
            throw new VaultFault.Damage("a node is not of the kind or the height that its parent says", subject(ref));
        }
        return node;
    }

    private static String subject(BlockRef ref) {
        return "map block " + ref.id() + " in pack " + ref.pack();
    }
}
