// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.BlockNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the table of a snapshot from its entries, level by level from below. Where a node ends is decided by a keyed hash
 * of paths, so that an entry that comes or goes changes the nodes around it only (docs/format.md, section 8). The nodes of
 * one level are in memory at once, some 4 bytes an entry.
 */
public final class TableBuilder {

    /** No node is longer. */
    static final int NODE_BYTES_MAX = 64 << 10;

    private static final int ITEMS_BEFORE_SPLIT = 8;
    private static final int SPLIT_MASK = 63;
    /** Kind, height and count. */
    private static final int NODE_HEAD_BYTES_MAX = 4;

    private final MapWriter maps;
    private final BlockNames names;
    private final int firstLevel;

    private TableBuilder(MapWriter maps, BlockNames names) {
        this.maps = maps;
        this.names = names;
        this.firstLevel = maps.levels();
    }

    /**
     * Builds it; all trees of files are finished and all their levels flushed.
     *
     * @return its root, which has been put
     * @throws VaultFault.Refused if two entries have one path, or the parent of an entry is no directory of the table
     */
    public static TreeRoot build(MapWriter maps, BlockNames names, EntrySorter entries) throws InterruptedException {
        return new TableBuilder(maps, names).build(entries.sorted());
    }

    /** Closes the packs of all trees of files, from below, until all of them are finished. */
    public static void finishFiles(MapWriter maps) throws InterruptedException {
        maps.settle();
        for (int level = 0; level < maps.levels(); level++) {
            maps.flush(level);
            maps.settle();
        }
    }

    private TreeRoot build(Iterator<byte[]> entries) throws InterruptedException {
        List<Item> nodes = leaves(entries);
        int height = 0;
        maps.flush(firstLevel);
        while (nodes.size() > 1) {
            height++;
            nodes = branches(height, nodes);
            maps.flush(firstLevel + height);
        }
        return new TreeRoot(nodes.getFirst().block().ref(), height);
    }

    private List<Item> leaves(Iterator<byte[]> entries) throws InterruptedException {
        Parents parents = new Parents();
        Level level = new Level(0);
        while (entries.hasNext()) {
            byte[] entry = entries.next();
            byte[] path = EntryCodec.path(entry);
            parents.require(path, EntryCodec.isDirectory(entry));
            level.add(new Item(path, entry, null));
        }
        return level.end();
    }

    private List<Item> branches(int height, List<Item> below) throws InterruptedException {
        Level level = new Level(height);
        for (Item child : below) {
            Encoder out = new Encoder(128);
            new TableBranch.Child(child.first, child.block().ref()).write(out);
            level.add(new Item(child.first, out.toByteArray(), null));
        }
        return level.end();
    }

    /** @param encoded as it stands in its node */
    @SuppressWarnings("ArrayRecordComponent")
    private record Item(byte[] first, byte[] encoded, @Nullable MapBlock made) {

        MapBlock block() {
            if (made == null) {
                throw new IllegalStateException("not a node");
            }
            return made;
        }
    }

    /** One level, cut into nodes. */
    private final class Level {

        private final int height;
        private final List<Item> nodes = new ArrayList<>();
        private final List<Item> open = new ArrayList<>();
        private int bytes = NODE_HEAD_BYTES_MAX;

        Level(int height) {
            this.height = height;
        }

        void add(Item item) throws InterruptedException {
            if (bytes + item.encoded.length > NODE_BYTES_MAX && open.size() >= 2) {
                close();
            }
            open.add(item);
            bytes += item.encoded.length;
            boolean chosen = open.size() >= ITEMS_BEFORE_SPLIT
                    && (names.split(height, item.first) & SPLIT_MASK) == 0;
            if (chosen || open.size() == Node.ITEMS_MAX) {
                close();
            }
        }

        List<Item> end() throws InterruptedException {
            if (!open.isEmpty()) {
                close();
            }
            if (nodes.isEmpty()) {
                throw new IllegalStateException("a table without entries");
            }
            return nodes;
        }

        private void close() throws InterruptedException {
            Encoder out = new Encoder(bytes);
            out.u8(height == 0 ? Node.TABLE_LEAF : Node.TABLE_BRANCH);
            if (height > 0) {
                out.u8(height);
            }
            out.varint(open.size());
            open.forEach(item -> out.raw(item.encoded));
            byte[] first = open.getFirst().first;
            MapBlock block = maps.put(firstLevel + height, out.toByteArray());
            nodes.add(new Item(first, new byte[0], block));
            open.clear();
            bytes = NODE_HEAD_BYTES_MAX;
        }
    }

    /**
     * Checks that paths ascend and that each has a directory above it. A directory can get entries as long as the paths
     * begin with its own bytes, so those that matter are a stack of prefixes of the current path.
     */
    static final class Parents {

        private final Deque<byte[]> directories = new ArrayDeque<>();
        private byte @Nullable [] before;

        void require(byte[] path, boolean isDirectory) {
            objection(path, isDirectory).ifPresent(why -> {
                throw new VaultFault.Refused(why, path.length == 0 ? "the root directory" : EntryPath.text(path),
                        "The source must list each path once, and every directory above it.");
            });
        }

        /** What is wrong with the next path; empty if nothing is. */
        Optional<String> objection(byte[] path, boolean isDirectory) {
            if (before != null && EntryPath.compare(before, path) >= 0) {
                return Optional.of("Two entries have the same path, or they are not in order");
            }
            before = path;
            while (!directories.isEmpty() && !isPrefix(directories.getLast(), path)) {
                directories.removeLast();
            }
            if (!hasParent(path, isDirectory)) {
                return Optional.of("There is no directory above an entry");
            }
            if (isDirectory) {
                directories.addLast(path);
            }
            return Optional.empty();
        }

        private boolean hasParent(byte[] path, boolean isDirectory) {
            if (path.length == 0) {
                return isDirectory;
            }
            byte[] parent = EntryPath.parent(path);
            return directories.stream().anyMatch(each -> Arrays.equals(each, parent));
        }

        private static boolean isPrefix(byte[] start, byte[] path) {
            return start.length <= path.length && Arrays.equals(start, 0, start.length, path, 0, start.length);
        }
    }
}
