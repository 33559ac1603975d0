// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.disk.DirectoryTree;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.server.OsAccount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Changes files so that what has returned survives a power cut. Small files are there whole or as they were before. Links
 * are never followed: once a server has run, the directory is its account's, and we may be root.
 *
 * @param account whom the files belong to
 */
record DurableFiles(OsAccount account) {

    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> ABOVE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    private static final String UNFINISHED = ".muster-new";

    /** Work on files. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Does it, and says what failed of what.
     *
     * @param doing completes "did not let us": {@code write this file}
     */
    static <T> T on(Path file, String doing, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new RestoreFault.FileFailed(doing, file, e);
        }
    }

    /** Writes a small file in place of what has that name. */
    void replace(Path file, byte[] bytes) {
        on(file, "write this file", () -> {
            var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
            Files.deleteIfExists(unfinished);
            try (var channel = FileChannel.open(unfinished,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS), FILE)) {
                var buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                account.ownOnly(unfinished);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return file;
        });
        force(file.resolveSibling(""));
    }

    /** Removes a file, if it is there. */
    void remove(Path file) {
        if (on(file, "remove this file", () -> Files.deleteIfExists(file))) {
            force(file.resolveSibling(""));
        }
    }

    /** Makes a directory for its owner alone, and those above it for everybody to pass, unless they are there. */
    static void makeDirectory(Path directory) {
        makeDirectory(directory, DIRECTORY);
    }

    private static void makeDirectory(Path directory, FileAttribute<Set<PosixFilePermission>> mode) {
        if (Files.isDirectory(directory)) {
            return;
        }
        var above = directory.resolveSibling("").toAbsolutePath();
        makeDirectory(above, ABOVE);
        on(directory, "make this directory", () -> Files.createDirectory(directory, mode));
        force(above);
    }

    /** Makes the entries of a directory durable. */
    static void force(Path directory) {
        on(directory, "make this directory durable", () -> {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return directory;
        });
    }

    /** Removes a directory with all that is in it, or a file. */
    static void removeTree(Path tree) {
        on(tree, "remove this", () -> {
            DirectoryTree.remove(tree);
            return tree;
        });
    }
}
