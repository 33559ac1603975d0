// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.util.List;

/** Where the bytes of a file are. */
public sealed interface FileContent {

    /** There are none: an empty file, a directory, a link. */
    record None() implements FileContent {}

    /**
     * A small file: its parts stand in its entry.
     *
     * @param parts 1 to {@link #PARTS_MAX} when a capture writes them
     */
    record Inline(List<Part> parts) implements FileContent {

        /** A file of more parts gets a leaf of its own. */
        public static final int PARTS_MAX = 4;

        public Inline {
            parts = List.copyOf(parts);
        }
    }

    /** A larger file. */
    record Tree(TreeRoot root) implements FileContent {}

    static FileContent none() {
        return new None();
    }
}
