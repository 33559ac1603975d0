// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

/** Is told how far a run is. */
@FunctionalInterface
public interface CollectProgress {

    /** What a run does. */
    enum Part {
        /** Counted in snapshots and sessions whose trees are followed. */
        FOLLOWING,
        /** Counted in bytes that are deleted. */
        DELETING,
        /** Counted in index objects that are read. */
        INDEXING
    }

    /** So much of a part is done. */
    void at(Part part, long done, long total);
}
