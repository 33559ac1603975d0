// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;

/** Takes the files of a backup as they arrive. Several files may be open, each is written by one thread. */
interface SnapshotFiles {

    /** A directory. */
    void directory(FileEntry entry) throws InterruptedException;

    /** A file whose bytes follow. */
    OpenFile file(FileEntry draft) throws InterruptedException;

    /** A document beside the files, whose bytes follow. */
    OpenFile document(String name) throws InterruptedException;

    /** A file that is being written. */
    interface OpenFile {

        /** The next bytes; the array is the caller's again when this returns. */
        void write(byte[] bytes, int offset, int length) throws InterruptedException;

        /** There are no more. */
        void finish(ContentCheck check) throws InterruptedException;
    }
}
