// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Optional;

/**
 * One directory tree, reduced to what a durable store needs and to what a power cut can undo: bytes last once their
 * file is forced, entries (creations, links, moves, unlinks) once their directory is forced, and neither implies the
 * other. Paths are relative to the tree, separated by {@code /}; the tree itself is the empty path. Safe for use by any
 * thread.
 *
 * <p>Beside the exceptions named below every operation throws AccessDeniedException, {@link NoRoomException} or
 * {@link ReadOnlyException} where that is the reason, and ClosedByInterruptException if the thread is interrupted.
 */
public interface Disk {

    /** There is no room left for bytes, for files, or within a quota. */
    final class NoRoomException extends IOException {

        private static final long serialVersionUID = 1;

        public NoRoomException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** The file system can only be read. */
    final class ReadOnlyException extends IOException {

        private static final long serialVersionUID = 1;

        public ReadOnlyException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * What is known of an entry.
     *
     * @param file whether it is a regular file
     * @param directory whether it is a directory; a symbolic link is neither
     * @param length in bytes; of no meaning for a directory
     * @param modified when it was last written to, by the clock of the file system
     */
    record Entry(boolean file, boolean directory, long length, Instant modified) {}

    /** Takes the names in a directory. */
    @FunctionalInterface
    interface Names {
        void accept(String name) throws IOException;
    }

    /**
     * Creates a file that only its owner may read and write, and opens it.
     *
     * @throws FileAlreadyExistsException if there is something of that name
     * @throws NoSuchFileException if its directory does not exist
     */
    DiskFile create(String path) throws IOException;

    /**
     * Opens a regular file for reading.
     *
     * @throws NoSuchFileException if there is none
     */
    DiskFile open(String path) throws IOException;

    /**
     * Opens a regular file for reading and writing; what was written before stays.
     *
     * @throws NoSuchFileException if there is none
     */
    DiskFile openToWrite(String path) throws IOException;

    /**
     * Gives a file a second name, and leaves what has that name already.
     *
     * @throws FileAlreadyExistsException if something has the new name
     * @throws NoSuchFileException if there is no such file, or no directory for the new name
     * @throws UnsupportedOperationException if there are no hard links here; where the file system alone knows, it says
     *             so with some FileSystemException
     */
    void link(String existing, String created) throws IOException;

    /**
     * Gives a file another name in one step, in place of whatever has that name.
     *
     * @throws NoSuchFileException if there is no such file, or no directory for the new name
     */
    void move(String source, String target) throws IOException;

    /**
     * Removes the name of a file.
     *
     * @throws NoSuchFileException if there is no such file; a directory is none
     */
    void unlink(String path) throws IOException;

    /**
     * Creates a directory that only its owner may enter.
     *
     * @throws FileAlreadyExistsException if there is something of that name
     * @throws NoSuchFileException if the directory above does not exist
     */
    void makeDirectory(String path) throws IOException;

    /**
     * Removes an empty directory.
     *
     * @throws NoSuchFileException if there is no such directory
     * @throws DirectoryNotEmptyException if there is something in it
     */
    void removeDirectory(String path) throws IOException;

    /**
     * Makes durable the bytes of a file, or the entries of a directory, as they are when this is called.
     *
     * @throws NoSuchFileException if there is no such entry
     */
    void force(String path) throws IOException;

    /**
     * Hands out the names in a directory, in any order. A name that is there from beginning to end is handed out, one
     * that comes or goes meanwhile may be.
     *
     * @throws NoSuchFileException if there is no such directory
     */
    void names(String directory, Names each) throws IOException;

    /** What is known of an entry; empty if there is none. */
    Optional<Entry> stat(String path) throws IOException;

    /** Where the tree is, for messages. */
    String place();
}
