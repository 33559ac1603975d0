// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestoreFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The right to work on a directory, for one process at a time; it goes with the process, however that ends. */
final class Turn implements AutoCloseable {

    /** The file that is locked, below the data directory. */
    static final String NAME = "muster-restore.lock";

    private final FileLock lock;

    private Turn(FileLock lock) {
        this.lock = lock;
    }

    /** @throws RestoreFault.DirectoryRefused if somebody else has it */
    static Turn take(Path directory) {
        DurableFiles.makeDirectory(directory);
        var file = directory.resolve(NAME);
        return DurableFiles.on(file, "lock this file", () -> {
            var before = make(file);
            var channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            var lock = lock(channel);
            // Whoever had it may have moved the directory aside or removed the lock: then this is the lock of nothing.
            if (lock.isEmpty() || !before.equals(identity(file))) {
                channel.close();
                throw refusal(directory);
            }
            return new Turn(lock.get());
        });
    }

    /** Which file has this name now. */
    private static Optional<Object> make(Path file) throws IOException {
        try (var _ = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            return identity(file);
        } catch (FileAlreadyExistsException e) {
            return identity(file);
        }
    }

    private static Optional<Object> identity(Path file) throws IOException {
        try {
            return Optional.ofNullable(Files
                    .readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether somebody works on a directory now; nothing is made to find out. */
    static boolean isTaken(Path directory) {
        var file = directory.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        return DurableFiles.on(file, "see whether this file is locked", () -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                return lock(channel).isEmpty();
            }
        });
    }

    static RestoreFault refusal(Path directory) {
        return new RestoreFault.DirectoryRefused(directory, "another process is restoring into it now");
    }

    private static Optional<FileLock> lock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    /** The work is done: nothing of it stays. */
    static void forget(Path directory) {
        DurableFiles.on(directory, "remove the lock from this directory",
                () -> Files.deleteIfExists(directory.resolve(NAME)));
    }

    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
            return;
        }
    }
}
