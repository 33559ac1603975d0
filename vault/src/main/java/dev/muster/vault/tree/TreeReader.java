// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trees of snapshots. Nodes that were used last stay in memory; besides them it needs memory by the height of a
 * tree. Thread-safe. Every method throws what {@link BlockFetcher} throws, and {@link VaultFault.Damage} if a node is not
 * what its parent says.
 */
public final class TreeReader {

    private static final int REQUESTS_AT_ONCE = 4;
    private static final int CHILDREN_AT_ONCE = 64;

    private final BlockFetcher maps;
    private final NodeCache cache;

    /** @param cacheBytesMax what the nodes in memory may take */
    public TreeReader(BlockFetcher maps, long cacheBytesMax) {
        this.maps = maps;
        this.cache = new NodeCache(cacheBytesMax);
    }

    /** Takes what is found in its order. */
    @FunctionalInterface
    public interface Each<T> {
        void accept(T found) throws InterruptedException;
    }

    /** The entry of a path; empty if the table has none. */
    public Optional<FileEntry> find(TreeRoot table, String path) throws InterruptedException {
        byte[] wanted = EntryPath.bytes(path);
        TableNode node = table(table.ref(), table.height(), Bounds.all());
        Bounds bounds = Bounds.all();
        while (node instanceof TableBranch branch) {
            int at = lastNotAfter(branch, wanted);
            if (at < 0) {
                return Optional.empty();
            }
            bounds = bounds.of(branch, at);
            node = table(branch.children().get(at).ref(), branch.height() - 1, bounds);
        }
        return ((TableLeaf) node).entries().stream().filter(entry -> entry.path().equals(path)).findFirst();
    }

    /**
     * All entries of a table in the order of their paths.
     *
     * @throws VaultFault.Damage also if an entry has no directory above it
     */
    public void entries(TreeRoot table, Each<FileEntry> each) throws InterruptedException {
        TableBuilder.Parents parents = new TableBuilder.Parents();
        entriesFrom(table, "", entry -> {
            byte[] path = EntryPath.bytes(entry.path());
            Optional<String> objection = parents.objection(path, entry.type() == FileType.DIRECTORY);
            if (objection.isPresent()) {
                throw new VaultFault.Damage(objection.get(), "table " + table.ref().id());
            }
            each.accept(entry);
            return true;
        });
    }

    /** The entries of a table from a path on, in the order of their paths, until {@code each} returns false. */
    public void entriesFrom(TreeRoot table, String path, EachEntry each) throws InterruptedException {
        walk(table(table.ref(), table.height(), Bounds.all()), Bounds.all(), EntryPath.bytes(path), each);
    }

    /** Takes entries. */
    @FunctionalInterface
    public interface EachEntry {

        /** Takes an entry, and says whether it wants more. */
        boolean accept(FileEntry entry) throws InterruptedException;
    }

    /**
     * The parts of a file that lie at or after a position, in their order; the first may begin before it.
     *
     * @param each takes a part and where it begins, until it returns false
     */
    public void parts(FileEntry file, long position, EachPart each) throws InterruptedException {
        switch (file.content()) {
            case FileContent.None _ -> {}
            case FileContent.Inline(List<Part> parts) -> leaf(new Leaf(parts), 0, position, each);
            case FileContent.Tree(TreeRoot root) -> {
                Node top = node(root.ref(), root.height());
                requireCovered(top, file.size(), root.ref());
                walk(top, 0, position, each);
            }
        }
    }

    /** Takes the parts of a file. */
    @FunctionalInterface
    public interface EachPart {

        /**
         * Takes a part.
         *
         * @param start where it begins in the file
         * @return whether it wants more
         */
        boolean accept(long start, Part part) throws InterruptedException;
    }

    private boolean walk(Node node, long start, long position, EachPart each) throws InterruptedException {
        return switch (node) {
            case Leaf leaf -> leaf(leaf, start, position, each);
            case Branch branch -> branch(branch, start, position, each);
            case TableNode _ -> throw new VaultFault.Damage("a table where a file should be", "a map block");
        };
    }

    private static boolean leaf(Leaf leaf, long start, long position, EachPart each) throws InterruptedException {
        long at = start;
        for (Part part : leaf.parts()) {
            long end = at + part.length();
            if (end > position && !each.accept(at, part)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private boolean branch(Branch branch, long start, long position, EachPart each) throws InterruptedException {
        long at = start;
        List<Branch.Child> wanted = new ArrayList<>();
        long first = start;
        for (Branch.Child child : branch.children()) {
            at += child.covered();
            if (at > position) {
                wanted.add(child);
            } else {
                first = at;
            }
        }
        long childStart = first;
        // One first, since a reader of a single position wants no other; then more and more together.
        int group = 1;
        for (int from = 0; from < wanted.size(); from += group, group = Math.min(4 * group, CHILDREN_AT_ONCE)) {
            List<Branch.Child> some = wanted.subList(from, Math.min(from + group, wanted.size()));
            List<Node> nodes = nodes(some.stream().map(Branch.Child::ref).toList(), branch.height() - 1);
            for (int index = 0; index < some.size(); index++) {
                Branch.Child child = some.get(index);
                requireCovered(nodes.get(index), child.covered(), child.ref());
                if (!walk(nodes.get(index), childStart, position, each)) {
                    return false;
                }
                childStart += child.covered();
            }
        }
        return true;
    }

    private boolean walk(TableNode node, Bounds bounds, byte[] from, EachEntry each) throws InterruptedException {
        return switch (node) {
            case TableLeaf leaf -> walk(leaf, from, each);
            case TableBranch branch -> walk(branch, bounds, from, each);
        };
    }

    private static boolean walk(TableLeaf leaf, byte[] from, EachEntry each) throws InterruptedException {
        for (FileEntry entry : leaf.entries()) {
            boolean isBefore = EntryPath.compare(EntryPath.bytes(entry.path()), from) < 0;
            if (!isBefore && !each.accept(entry)) {
                return false;
            }
        }
        return true;
    }

    private boolean walk(TableBranch branch, Bounds bounds, byte[] from, EachEntry each) throws InterruptedException {
        List<TableBranch.Child> children = branch.children();
        int group = 1;
        for (int at = Math.max(0, lastNotAfter(branch, from)); at < children.size();) {
            int to = Math.min(at + group, children.size());
            List<BlockRef> refs = children.subList(at, to).stream().map(TableBranch.Child::ref).toList();
            for (Node node : nodes(refs, branch.height() - 1)) {
                Bounds inside = bounds.of(branch, at);
                if (!walk(inside.require(node, children.get(at).ref()), inside, from, each)) {
                    return false;
                }
                at++;
            }
            group = Math.min(4 * group, CHILDREN_AT_ONCE);
        }
        return true;
    }

    private TableNode table(BlockRef ref, int height, Bounds bounds) throws InterruptedException {
        return bounds.require(node(ref, height), ref);
    }

    private Node node(BlockRef ref, int height) throws InterruptedException {
        Optional<Node> cached = cache.get(ref);
        Node node = cached.isPresent() ? cached.get() : decode(ref, maps.fetch(ref));
        return requireHeight(node, height, ref);
    }

    private List<Node> nodes(List<BlockRef> refs, int height) throws InterruptedException {
        List<BlockRef> missing = refs.stream().filter(ref -> cache.get(ref).isEmpty()).distinct().toList();
        List<byte[]> blocks = maps.fetch(missing, REQUESTS_AT_ONCE);
        Map<BlockRef, Node> read = new HashMap<>();
        for (int at = 0; at < missing.size(); at++) {
            read.put(missing.get(at), decode(missing.get(at), blocks.get(at)));
        }
        List<Node> nodes = new ArrayList<>();
        for (BlockRef ref : refs) {
            Node node = read.get(ref);
            nodes.add(node == null ? node(ref, height) : requireHeight(node, height, ref));
        }
        return nodes;
    }

    private Node decode(BlockRef ref, byte[] block) {
        Node node = Node.decode(subject(ref), block);
        cache.put(ref, node);
        return node;
    }

    private static Node requireHeight(Node node, int height, BlockRef ref) {
        if (node.height() != height) {
            throw new VaultFault.Damage("a node of height " + node.height() + " where one of " + height + " should be",
                    subject(ref));
        }
        return node;
    }

    private static void requireCovered(Node node, long covered, BlockRef ref) {
        boolean fits = switch (node) {
            case Leaf leaf -> leaf.covered() == covered;
            case Branch branch -> branch.covered() == covered;
            case TableNode _ -> false;
        };
        if (!fits) {
            throw new VaultFault.Damage("a node does not cover the bytes that it should", subject(ref));
        }
    }

    private static int lastNotAfter(TableBranch branch, byte[] path) {
        int low = 0;
        int high = branch.children().size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (EntryPath.compare(branch.children().get(middle).first(), path) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private static String subject(BlockRef ref) {
        return "map block " + ref.id();
    }

    /**
     * Where the paths of a table node must lie.
     *
     * @param first its first path; null if nothing says it
     * @param end below which all its paths are; null if nothing says it
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Bounds(byte @Nullable [] first, byte @Nullable [] end) {

        static Bounds all() {
            return new Bounds(null, null);
        }

        Bounds of(TableBranch branch, int child) {
            List<TableBranch.Child> children = branch.children();
            return new Bounds(children.get(child).first(),
                    child + 1 < children.size() ? children.get(child + 1).first() : end);
        }

        TableNode require(Node node, BlockRef ref) {
            if (!(node instanceof TableNode table)) {
                throw new VaultFault.Damage("a file where a table should be", subject(ref));
            }
            boolean inside = (first == null || EntryPath.compare(first, table.first()) == 0)
                    && (end == null || EntryPath.compare(table.last(), end) < 0);
            if (!inside) {
                throw new VaultFault.Damage("a node of a table lies outside its place", subject(ref));
            }
            return table;
        }
    }
}
