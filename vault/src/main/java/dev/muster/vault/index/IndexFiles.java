// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.disk.DirectoryTree;
import dev.muster.disk.OwnerOnly;
import dev.muster.vault.object.Uid;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds the files of a local index, and the lock on it. Whoever finds it locked gets a directory of
 * its own inside, which goes when it is closed, or, if the process ends before, when the next one opens the outer one.
 */
final class IndexFiles implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final int ATTEMPTS_MAX = 10;
    private static final String PRIVATE = "private-";

    private final Path directory;
    private final boolean shared;
    private final FileChannel lock;

    private IndexFiles(Path directory, boolean shared, FileChannel lock) {
        this.directory = directory;
        this.shared = shared;
        this.lock = lock;
    }

    /**
     * Opens the directory, or a private one inside.
     *
     * @param name of the private one, should it be needed; random
     */
    static IndexFiles open(Path directory, Uid name) throws IOException {
        OwnerOnly.makeDirectories(directory);
        FileChannel lock = tryLock(directory);
        if (lock != null) {
            removeAbandoned(directory);
            return new IndexFiles(directory, true, lock);
        }
        Path own = directory.resolve(PRIVATE + name.hex());
        FileChannel ownLock = null;
        for (int attempt = 1; ownLock == null; attempt++) {
            OwnerOnly.makeDirectories(own);
            ownLock = tryLockNew(own, attempt);
        }
        return new IndexFiles(own, false, ownLock);
    }

    Path table() {
        return directory.resolve("table");
    }

    Path newTable() {
        return directory.resolve("table.new");
    }

    Path packs() {
        return directory.resolve("packs");
    }

    Path inclusions() {
        return directory.resolve("included");
    }

    /** Makes the names of the files durable. */
    void force() throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** Whether the files outlive this. */
    boolean isShared() {
        return shared;
    }

    @Override
    public void close() throws IOException {
        if (!shared) {
            DirectoryTree.remove(directory);
        }
        lock.close();
    }

    /** Somebody who looks for abandoned directories may take this one away, or hold it, until it is locked. */
    private static @Nullable FileChannel tryLockNew(Path own, int attempt) throws IOException {
        try {
            return tryLock(own);
        } catch (NoSuchFileException e) {
            if (attempt == ATTEMPTS_MAX) {
                throw e;
            }
            return null;
        }
    }

    private static @Nullable FileChannel tryLock(Path directory) throws IOException {
        FileChannel channel = OwnerOnly.open(directory.resolve(LOCK), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // this process has it
        }
        channel.close();
        return null;
    }

    private static void removeAbandoned(Path directory) throws IOException {
        List<Path> found;
        try (Stream<Path> entries = Files.list(directory)) {
            found = entries.filter(entry -> entry.getFileName().toString().startsWith(PRIVATE)).toList();
        }
        for (Path each : found) {
            FileChannel lock = tryLock(each);
            if (lock != null) {
                DirectoryTree.remove(each);
                lock.close();
            }
        }
    }
}
