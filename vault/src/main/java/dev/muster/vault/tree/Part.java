// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.pack.BlockRef;

/** A piece of a file. */
public sealed interface Part {

    /** Bytes of the file that it covers, at least 1. */
    long length();

    /**
     * Nothing but zeros, which are not stored.
     *
     * @param length 1 to {@link #LENGTH_MAX}
     */
    record Zeros(long length) implements Part {

        public static final long LENGTH_MAX = 1L << 40;

        public Zeros {
            if (length < 1 || length > LENGTH_MAX) {
                throw new IllegalArgumentException(length + " zeros");
            }
        }
    }

    /** A block. */
    record Block(BlockRef ref) implements Part {

        @Override
        public long length() {
            return ref.plainLength();
        }
    }
}
