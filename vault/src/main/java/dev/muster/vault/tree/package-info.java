// SPDX-License-Identifier: Apache-2.0
/**
 * Trees: which blocks a file consists of, and which files a snapshot consists of (docs/format.md, section 8).
 *
 * <p>A <i>part</i> of a file is a block or a stretch of zeros. A <i>leaf</i> lists parts, a <i>branch</i> lists leaves or
 * branches. An <i>entry</i> describes a file, directory or link. A <i>table leaf</i> lists entries by path, a <i>table
 * branch</i> lists table nodes. All of them are <i>nodes</i>, each one map block. A <i>root</i> is a reference to the top
 * node and its height above the leaves.
 *
 * <p>Invariants: whatever a decoder accepts has one encoding only; a node never names a child in its own pack; the same
 * tree gives the same nodes, and a change leaves the nodes of what did not change as they were; readers and builders need
 * memory by the height of a tree, not by its size.
 */
@NullMarked
package dev.muster.vault.tree;

import org.jspecify.annotations.NullMarked;
