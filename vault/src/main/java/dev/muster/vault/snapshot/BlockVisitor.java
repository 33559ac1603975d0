// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.tree.FileEntry;
import java.io.IOException;

/** Takes the bytes of files, each from its beginning to its end, on the thread that asked for them. */
public interface BlockVisitor {

    /** A file begins. */
    default void begin(FileEntry file) throws IOException, InterruptedException {}

    /**
     * The next bytes of the file.
     *
     * @param position where they begin in the file
     * @param bytes all of them, verified; the visitor may keep the array
     */
    void block(FileEntry file, long position, byte[] bytes) throws IOException, InterruptedException;

    /** So many zeros come next. */
    void zeros(FileEntry file, long position, long length) throws IOException, InterruptedException;

    /** The file has ended. */
    default void end(FileEntry file) throws IOException, InterruptedException {}
}
