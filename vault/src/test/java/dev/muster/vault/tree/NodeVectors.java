// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes of the frozen snapshot, made by hand: one of each kind, with every kind of content. */
public final class NodeVectors {

    private static final int PIECE = 500;
    private static final int LEAF_PIECES = 2;
    private static final Instant TIME = Instant.parse("2026-07-01T11:22:33.445566Z");

    private NodeVectors() {}

    /** Blocks of a large file, four of them, and of a small one. */
    public static List<byte[]> blocks() {
        List<byte[]> blocks = new ArrayList<>();
        for (int at = 0; at < 2 * LEAF_PIECES; at++) {
            blocks.add(SourceTree.noise(PIECE, 100 + at));
        }
        blocks.add(SourceTree.noise(300, 1));
        return blocks;
    }

    /** The large file: two leaves, each of two blocks and zeros behind them. */
    public static byte[] large() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<byte[]> blocks = blocks();
        for (int leaf = 0; leaf < 2; leaf++) {
            bytes.writeBytes(blocks.get(leaf * LEAF_PIECES));
            bytes.writeBytes(blocks.get(leaf * LEAF_PIECES + 1));
            bytes.writeBytes(new byte[1000]);
        }
        return bytes.toByteArray();
    }

    public static List<byte[]> leaves(List<BlockRef> data) {
        List<byte[]> leaves = new ArrayList<>();
        for (int leaf = 0; leaf < 2; leaf++) {
            leaves.add(new Leaf(List.of(new Part.Block(data.get(leaf * LEAF_PIECES)),
                    new Part.Block(data.get(leaf * LEAF_PIECES + 1)), new Part.Zeros(1000))).encode());
        }
        return leaves;
    }

    public static byte[] branch(List<BlockRef> leaves) {
        return new Branch(1, leaves.stream().map(leaf -> new Branch.Child(2000, leaf)).toList()).encode();
    }

    public static List<byte[]> tableLeaves(List<BlockRef> data, BlockRef branch) {
        FileEntry root = FileEntry.directory("", 0700, TIME).ownedBy("postgres", "postgres");
        FileEntry small = FileEntry.file("small", 0600, TIME)
                .withAttributes(Map.of("relation", "public.patient"))
                .withContent(300, new ContentCheck.Sha256(Digest.sha256(SourceTree.noise(300, 1))),
                        new FileContent.Inline(List.of(new Part.Block(data.getLast()))));
        FileEntry link = FileEntry.link("tablespace", "/srv/ssd", TIME);
        return List.of(new TableLeaf(List.of(root, largeEntry(branch))).encode(),
                new TableLeaf(List.of(small, link)).encode());
    }

    public static byte[] tableBranch(List<BlockRef> leaves) {
        return new TableBranch(1, List.of(new TableBranch.Child(new byte[0], leaves.getFirst()),
                new TableBranch.Child(EntryPath.bytes("small"), leaves.getLast()))).encode();
    }

    private static FileEntry largeEntry(BlockRef branch) {
        return new FileEntry("large", FileType.FILE, 0640, "postgres", "dba", TIME, 4000,
                Optional.of(new Evidence(1_782_900_000_123_456_789L, -2)), "", new ContentCheck.Crc32c(0x1234_5678),
                Map.of(), new FileContent.Tree(new TreeRoot(branch, 1)));
    }
}
