// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;

/** A map block. */
sealed interface Node permits Leaf, Branch, TableNode {

    int LEAF = 1;
    int BRANCH = 2;
    int TABLE_LEAF = 3;
    int TABLE_BRANCH = 4;

    /** No node has more items. */
    int ITEMS_MAX = 256;

    /** Above the leaves. */
    int height();

    byte[] encode();

    /** Reads a node of any kind. */
    static Node decode(String subject, byte[] block) {
        Decoder in = new Decoder(subject, block);
        int kind = in.u8();
        Node node = switch (kind) {
            case LEAF -> Leaf.decode(in);
            case BRANCH -> Branch.decode(in);
            case TABLE_LEAF -> TableLeaf.decode(in);
            case TABLE_BRANCH -> TableBranch.decode(in);
            default -> throw in.damage("a map block of kind " + kind);
        };
        in.end();
        return node;
    }

    /** The number of items of a node, which is never zero. */
    static int count(Decoder in) {
        int count = in.varint(ITEMS_MAX);
        if (count == 0) {
            throw in.damage("a node without items");
        }
        return count;
    }
}
