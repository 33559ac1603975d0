// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestoreFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
            var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                    LinkOption.NOFOLLOW_LINKS);
            var lock = lock(channel);
            if (lock.isEmpty()) {
                channel.close();
                throw new RestoreFault.DirectoryRefused(directory, "another process is restoring into it now");
            }
            return new Turn(lock.get());
        });
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
