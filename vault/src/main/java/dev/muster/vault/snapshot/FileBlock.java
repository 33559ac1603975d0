// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

/** A piece of a file at its place. */
public sealed interface FileBlock {

    /** Where it begins in the file. */
    long start();

    /** In bytes. */
    long length();

    /** Nothing but zeros. */
    record Zeros(long start, long length) implements FileBlock {}

    /**
     * A block.
     *
     * @param bytes all of it, verified; not copied
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(long start, byte[] bytes) implements FileBlock {

        @Override
        public long length() {
            return bytes.length;
        }
    }
}
