// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.disk.DirectoryTree;
import dev.muster.disk.OwnerOnly;
import dev.muster.postgres.wal.spool.SpoolFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A directory that is there as long as its backup. A lock beside it says that somebody uses it: what nobody holds was left
 * by a program that was killed, holds row data, and is removed by the next one.
 */
final class ScratchSpace implements AutoCloseable {

    private static final String PREFIX = "backup-log-";
    private static final String LOCK = ".lock";

    private final Path directory;
    private final Path lockFile;
    private final FileChannel lock;

    private ScratchSpace(Path directory, Path lockFile, FileChannel lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Removes what others left here, then takes a directory of its own, which is not made yet. */
    static ScratchSpace take(Path parent, RandomGenerator random) {
        try {
            OwnerOnly.makeDirectories(parent);
            for (var file : lockFiles(parent)) {
                tryLock(file, StandardOpenOption.WRITE)
                        .ifPresent(lock -> new ScratchSpace(directory(file), file, lock).close());
            }
            while (true) {
                var file = parent.resolve(PREFIX + HexFormat.of().toHexDigits(random.nextLong()) + LOCK);
                var lock = tryLock(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                if (lock.isPresent() && Files.exists(file)) {
                    return new ScratchSpace(directory(file), file, lock.get());
                }
                // Another backup began meanwhile, and took the file for one that was left.
            }
        } catch (IOException e) {
            throw SpoolFault.of(parent.toString(), e);
        }
    }

    Path directory() {
        return directory;
    }

    /** The file, locked; nothing if it is gone, or somebody holds it. */
    private static Optional<FileChannel> tryLock(Path file, StandardOpenOption... options) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, options);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Held by this program.
        }
        channel.close();
        return Optional.empty();
    }

    private static Path directory(Path lockFile) {
        var name = String.valueOf(lockFile.getFileName());
        return lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }

    private static List<Path> lockFiles(Path parent) throws IOException {
        var files = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
            found.forEach(files::add);
        }
        return files;
    }

    @Override
    public void close() {
        try (lock) {
            DirectoryTree.remove(directory);
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            throw SpoolFault.of(directory.toString(), e);
        }
    }
}
