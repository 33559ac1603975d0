// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves or branches of a file in their order.
 *
 * @param height 1 to 7
 * @param children 1 to 256
 */
record Branch(int height, List<Child> children) implements Node {

    static final int HEIGHT_MAX = 7;

    private static final int ENCODED_CHILD_BYTES = 80;

    /**
     * A node below.
     *
     * @param covered bytes of the file that it covers, at least 1
     */
    record Child(long covered, BlockRef ref) {}

    Branch {
        children = List.copyOf(children);
        if (height < 1 || height > HEIGHT_MAX || children.isEmpty() || children.size() > ITEMS_MAX) {
            throw new IllegalArgumentException("a branch of " + children.size() + " at height " + height);
        }
    }

    /** Bytes of the file that it covers. */
    long covered() {
        return children.stream().mapToLong(Child::covered).sum();
    }

    @Override
    public byte[] encode() {
        Encoder out = new Encoder(8 + ENCODED_CHILD_BYTES * children.size()).u8(BRANCH).u8(height);
        out.list(children, (encoder, child) -> child.ref.write(encoder.varint(child.covered)));
        return out.toByteArray();
    }

    /** Reads what follows the kind. */
    static Branch decode(Decoder in) {
        int height = in.u8();
        if (height < 1 || height > HEIGHT_MAX) {
            throw in.damage("a branch at height " + height);
        }
        List<Child> children = new ArrayList<>();
        long sum = 0;
        for (int left = Node.count(in); left > 0; left--) {
            long covered = in.varint();
            if (covered < 1 || covered > Long.MAX_VALUE - sum) {
                throw in.damage("a node that covers " + covered + " bytes");
            }
            sum += covered;
            children.add(new Child(covered, BlockRef.read(in)));
        }
        return new Branch(height, children);
    }
}
