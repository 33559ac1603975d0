// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.disk.DiskFile;
import dev.muster.store.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** The files that are being written, in a directory that no key can name. Safe for use by any thread. */
final class Temporaries {

    /** No key can name it, since no segment of a key begins with a dot. */
    static final String DIRECTORY = ".tmp";

    private static final int NAME_BYTES = 16;
    private static final int NAMES_TRIED_MAX = 100;

    /** A temporary that is whole and forced. */
    record Written(String path, Disk.Entry entry) {}

    private record Temporary(String path, DiskFile file) {}

    private final Disk disk;
    private final RandomGenerator random;

    Temporaries(Disk disk, RandomGenerator random) {
        this.disk = disk;
        this.random = random;
    }

    /** Makes the directory, which a copy of a store may lack. */
    void prepare() throws IOException {
        try {
            disk.makeDirectory(DIRECTORY);
        } catch (FileAlreadyExistsException _) {
            // It is there, as it should be.
        }
    }

    /** Writes and forces a content as a new file, which the caller places and then discards. */
    Written write(Content content, String subject) throws IOException {
        var temporary = create();
        var whole = false;
        try (var file = temporary.file) {
            var position = new AtomicLong();
            content.transferTo(
                    (buffer, length) -> file.write(ByteBuffer.wrap(buffer, 0, length), position.getAndAdd(length)),
                    subject);
            file.force();
            var written = new Written(temporary.path, entry(temporary.path));
            whole = true;
            return written;
        } finally {
            if (!whole) {
                discard(temporary.path);
            }
        }
    }

    /** Removes a temporary if it is there. One that cannot be removed now is removed by {@link #clean}. */
    void discard(String path) {
        try {
            disk.unlink(path);
        } catch (IOException _) {
            // The put it belonged to has succeeded or failed already, and its age will tell that nobody wants it.
        }
    }

    /** The time of the file system: that of a file written just now. */
    Instant now() throws IOException {
        var temporary = create();
        try (var file = temporary.file) {
            file.write(ByteBuffer.allocate(1), 0);
            return entry(temporary.path).modified();
        } finally {
            discard(temporary.path);
        }
    }

    /** Whether a file can have two names here. */
    boolean canLink() throws IOException {
        var first = create();
        first.file.close();
        var second = newPath();
        try {
            disk.link(first.path, second);
            return true;
        } catch (UnsupportedOperationException _) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException _) {
            // Not a matter of permissions: the file was made here just now.
            return false;
        } finally {
            discard(first.path);
            discard(second);
        }
    }

    /** Removes what was last written to longer ago than this, by the clock of the file system. */
    void clean(Duration ageMax) throws IOException {
        var oldest = now().minus(ageMax);
        disk.names(DIRECTORY, name -> {
            var path = DIRECTORY + "/" + name;
            if (disk.stat(path).filter(entry -> entry.modified().isBefore(oldest)).isPresent()) {
                discard(path);
            }
        });
    }

    /** A file that was not there. Machines cloned from one image may draw the same names for a while. */
    private Temporary create() throws IOException {
        for (var attempt = 1;; attempt++) {
            var path = newPath();
            try {
                return new Temporary(path, disk.create(path));
            } catch (FileAlreadyExistsException e) {
                if (attempt == NAMES_TRIED_MAX) {
                    throw new IOException("all names of temporaries are taken, the last " + path, e);
                }
            }
        }
    }

    private String newPath() {
        var name = new byte[NAME_BYTES];
        synchronized (random) {
            random.nextBytes(name);
        }
        return DIRECTORY + "/" + HexFormat.of().formatHex(name);
    }

    private Disk.Entry entry(String path) throws IOException {
        return disk.stat(path).orElseThrow(() -> new NoSuchFileException(path));
    }
}
