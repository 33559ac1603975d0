// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.store.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Places objects durably. The order is the safety, and each step is needed:
 * <ol>
 * <li>write a temporary and force it: what gets the path of a key is whole, also after a power cut;
 * <li>make the directories;
 * <li>link, which never replaces anything: of several creators one wins;
 * <li>force the directory, then every directory above it that this process has not forced: those may have been made by
 * another that has not come to forcing them.
 * </ol>
 * A key that exists with the same bytes is forced in the same way before that counts as success, since its writer may
 * have died between steps 3 and 4. Safe for use by any thread.
 */
final class ObjectWriter {

    private final Disk disk;
    private final Temporaries temporaries;
    private final Directories directories;
    private final boolean linking;
    private final Object moving = new Object();

    /** @param linking whether this disk has hard links */
    ObjectWriter(Disk disk, Temporaries temporaries, boolean linking) {
        this.disk = disk;
        this.temporaries = temporaries;
        this.directories = new Directories(disk);
        this.linking = linking;
    }

    boolean linking() {
        return linking;
    }

    /**
     * Makes the bytes of this content exist at this path, durably.
     *
     * @throws FileAlreadyExistsException if other bytes exist there
     */
    Disk.Entry put(String path, Content content) throws IOException {
        try {
            return disk.stat(path).isPresent() ? confirm(path, content) : create(path, content);
        } catch (NoSuchFileException e) {
            directories.forget();
            throw e;
        }
    }

    /** Removes a path durably, also one that another has removed and not yet forced. */
    void delete(String path) throws IOException {
        try {
            disk.unlink(path);
        } catch (NoSuchFileException _) {
            // Absent is what was asked for.
        }
        try {
            disk.force(Directories.of(path));
        } catch (NoSuchFileException _) {
            // No directory, hence no entry that could come back.
        }
    }

    private Disk.Entry create(String path, Content content) throws IOException {
        var temporary = temporaries.write(content, path);
        try {
            directories.make(Directories.of(path));
            if (!place(temporary.path(), path)) {
                return confirm(path, content);
            }
            directories.force(Directories.of(path));
            return temporary.entry();
        } finally {
            temporaries.discard(temporary.path());
        }
    }

    private boolean place(String temporary, String path) throws IOException {
        if (linking) {
            try {
                disk.link(temporary, path);
                return true;
            } catch (FileAlreadyExistsException _) {
                return false;
            }
        }
        synchronized (moving) {
            if (disk.stat(path).isPresent()) {
                return false;
            }
            disk.move(temporary, path);
            return true;
        }
    }

    private Disk.Entry confirm(String path, Content content) throws IOException {
        var entry = disk.stat(path).orElseThrow(() -> new NoSuchFileException(path));
        if (entry.directory()) {
            throw new IllegalArgumentException("a key cannot also be the beginning of another: " + path);
        }
        if (entry.length() != content.length()) {
            throw new FileAlreadyExistsException(path);
        }
        compare(path, content);
        disk.force(path);
        directories.force(Directories.of(path));
        return entry;
    }

    private void compare(String path, Content content) throws IOException {
        try (var file = disk.open(path)) {
            var compared = new AtomicLong();
            content.transferTo((buffer, length) -> {
                var there = ByteBuffer.allocate(length);
                while (there.hasRemaining() && file.read(there, compared.get() + there.position()) >= 0) {
                    // The next read goes on where this one ended.
                }
                if (!there.flip().equals(ByteBuffer.wrap(buffer, 0, length))) {
                    throw new FileAlreadyExistsException(path);
                }
                compared.addAndGet(length);
            }, path);
        }
    }
}
