// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.Part;
import dev.muster.vault.tree.TreeReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * Reads a file of a snapshot at any position. It remembers nothing but the nodes of the trees: who reads the same place
 * again and again keeps what was read. Thread-safe.
 */
public final class FileReader {

    private static final int REQUESTS_AT_ONCE = 4;

    private final FileEntry file;
    private final TreeReader trees;
    private final BlockFetcher data;

    FileReader(FileEntry file, TreeReader trees, BlockFetcher data) {
        this.file = file;
        this.trees = trees;
        this.data = data;
    }

    /** In bytes. */
    public long size() {
        return file.size();
    }

    /**
     * Reads bytes at a position.
     *
     * @return how many, fewer than asked for at the end of the file only; -1 if the position is at or behind the end
     */
    public int read(long position, byte[] target, int offset, int length) throws InterruptedException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (position < 0) {
            throw new IllegalArgumentException("position " + position);
        }
        if (position >= file.size()) {
            return -1;
        }
        int wanted = (int) Math.min(length, file.size() - position);
        for (FileBlock block : blocks(position, wanted)) {
            copy(block, position, target, offset, wanted);
        }
        return wanted;
    }

    /**
     * The whole blocks in which some bytes lie, and the zeros among them, in their order; what lies close together in a
     * pack is read with one request.
     *
     * @param length how many bytes; what is behind the end of the file is left out
     */
    public List<FileBlock> blocks(long position, long length) throws InterruptedException {
        long end = Math.min(file.size(), position + length);
        List<Placed> placed = new ArrayList<>();
        if (position < end) {
            trees.parts(file, position, (start, part) -> {
                if (start < end) {
                    placed.add(new Placed(start, part));
                }
                return start + part.length() < end;
            });
        }
        List<BlockRef> refs = new ArrayList<>();
        for (Placed each : placed) {
            if (each.part instanceof Part.Block(BlockRef ref)) {
                refs.add(ref);
            }
        }
        Iterator<byte[]> read = data.fetch(refs, REQUESTS_AT_ONCE).iterator();
        List<FileBlock> blocks = new ArrayList<>();
        for (Placed each : placed) {
            blocks.add(each.part instanceof Part.Block
                    ? new FileBlock.Bytes(each.start, read.next())
                    : new FileBlock.Zeros(each.start, each.part.length()));
        }
        return blocks;
    }

    private static void copy(FileBlock block, long position, byte[] target, int offset, int length) {
        long from = Math.max(block.start(), position);
        long to = Math.min(block.start() + block.length(), position + length);
        int at = offset + (int) (from - position);
        switch (block) {
            case FileBlock.Bytes bytes ->
                System.arraycopy(bytes.bytes(), (int) (from - block.start()), target, at, (int) (to - from));
            case FileBlock.Zeros _ -> Arrays.fill(target, at, at + (int) (to - from), (byte) 0);
        }
    }

    private record Placed(long start, Part part) {}
}
