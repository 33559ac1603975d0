// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Table nodes, ascending by the bytes of their first paths.
 *
 * @param height 1 to 40
 * @param children 1 to 256
 */
record TableBranch(int height, List<Child> children) implements TableNode {

    /** Nodes hold at least two items and nearly always eight or more: no table comes near it. */
    static final int HEIGHT_MAX = 40;

    /**
     * A node below.
     *
     * @param first path of its first item
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Child(byte[] first, BlockRef ref) {

        void write(Encoder out) {
            ref.write(out.bytes(first));
        }
    }

    TableBranch {
        children = List.copyOf(children);
    }

    @Override
    public byte[] first() {
        return children.getFirst().first;
    }

    @Override
    public byte[] last() {
        return children.getLast().first;
    }

    @Override
    public byte[] encode() {
        Encoder out = new Encoder(1 << 14).u8(TABLE_BRANCH).u8(height);
        return out.list(children, (encoder, child) -> child.write(encoder)).toByteArray();
    }

    /** Reads what follows the kind. */
    static TableBranch decode(Decoder in) {
        int height = in.u8();
        if (height < 1 || height > HEIGHT_MAX) {
            throw in.damage("a table branch at height " + height);
        }
        List<Child> children = new ArrayList<>();
        for (int left = Node.count(in); left > 0; left--) {
            byte[] first = in.bytes(EntryPath.PATH_BYTES_MAX);
            if (!children.isEmpty() && EntryPath.compare(children.getLast().first, first) >= 0) {
                throw in.damage("the nodes of a table do not ascend");
            }
            children.add(new Child(first, BlockRef.read(in)));
        }
        return new TableBranch(height, children);
    }
}
