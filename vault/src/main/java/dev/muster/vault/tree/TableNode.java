// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

/** A node of a table. */
sealed interface TableNode extends Node permits TableLeaf, TableBranch {

    /** The path of its first item. */
    byte[] first();

    /** The path of its last item. */
    byte[] last();
}
