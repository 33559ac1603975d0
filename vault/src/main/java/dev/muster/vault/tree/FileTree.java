// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Builds the tree of one file from its leaves, from below: a branch is made when its children are in packs that have been
 * put. Not thread-safe.
 */
public final class FileTree {

    private final MapWriter maps;
    private final Consumer<FileContent> finished;
    private final List<Level> levels = new ArrayList<>();
    private boolean ended;
    private boolean told;

    /** @param finished told once where the content is */
    public FileTree(MapWriter maps, Consumer<FileContent> finished) {
        this.maps = maps;
        this.finished = finished;
    }

    /** Adds the parts of the next leaf, at most {@link Node#ITEMS_MAX}. */
    public void add(List<Part> parts) throws InterruptedException {
        Leaf leaf = new Leaf(parts);
        add(0, leaf.covered(), leaf);
    }

    /** The whole of a file that needs no leaf of its own. */
    public void inline(List<Part> parts) {
        told = true;
        finished.accept(parts.isEmpty() ? FileContent.none() : new FileContent.Inline(parts));
    }

    /** Says that no more leaves follow. */
    public void end() {
        ended = true;
        maps.soon(this::advance);
    }

    private void add(int height, long covered, Node node) throws InterruptedException {
        MapBlock block = maps.put(height, node.encode());
        if (levels.size() == height) {
            levels.add(new Level());
        }
        levels.get(height).add(new Child(covered, block));
        if (block.isPlaced()) {
            maps.soon(this::advance);
        } else {
            block.whenPlaced(this::advance);
        }
    }

    private void advance() throws InterruptedException {
        boolean below = ended;
        for (int height = 0; height < levels.size() && !told; height++) {
            below = advance(height, below);
        }
    }

    /**
     * Makes the branches above one level that can be made.
     *
     * @param last whether nothing will be added to the level any more
     * @return whether nothing will be added to the level above any more
     */
    private boolean advance(int height, boolean last) throws InterruptedException {
        Level level = levels.get(height);
        while (level.children.size() >= Node.ITEMS_MAX && level.isPlaced(Node.ITEMS_MAX)) {
            branch(height, Node.ITEMS_MAX);
        }
        int left = level.children.size();
        if (!last || !level.isPlaced(left)) {
            return false;
        }
        if (level.total == 1) {
            told = true;
            finished.accept(new FileContent.Tree(new TreeRoot(level.children.getFirst().block.ref(), height)));
        } else if (left > 0) {
            branch(height, left);
        }
        return true;
    }

    private void branch(int height, int count) throws InterruptedException {
        List<Branch.Child> children = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            Child child = levels.get(height).children.remove();
            children.add(new Branch.Child(child.covered, child.block.ref()));
        }
        Branch branch = new Branch(height + 1, children);
        add(height + 1, branch.covered(), branch);
    }

    private record Child(long covered, MapBlock block) {}

    private static final class Level {

        private final Deque<Child> children = new ArrayDeque<>();
        private long total;

        void add(Child child) {
            children.add(child);
            total++;
        }

        boolean isPlaced(int count) {
            return children.stream().limit(count).allMatch(child -> child.block.isPlaced());
        }
    }
}
