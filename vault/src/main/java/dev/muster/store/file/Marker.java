// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.store.Content;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;

/**
 * The file that says that a directory is a store, and which one: without it a volume that is not mounted would be an
 * empty store, in which nothing is found and to which everything could be written.
 *
 * @param text what the file says, in ASCII
 */
record Marker(String text) {

    /** No key can name it, since keys have no capital letters. */
    static final String NAME = "MUSTER-STORE";

    private static final String FIRST_LINE = "muster-store 1\n";
    private static final int LENGTH_BYTES_MAX = 4096;

    /** A new marker. */
    static Marker of(String identity) {
        return new Marker(FIRST_LINE + "id " + identity + "\n"
                + "This directory belongs to Muster. Its files are never changed: copy them with any tool,\n"
                + "and leave it to Muster to add and remove them.\n");
    }

    /** Its bytes, to be put. */
    Content asContent() {
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The marker of the store that is here. */
    static Marker read(Disk disk) throws IOException {
        var text = new String(bytes(disk), StandardCharsets.US_ASCII);
        if (!text.startsWith(FIRST_LINE)) {
            throw StoreException.Absent.of(disk.place(), "its " + NAME + " was not written by this version of Muster");
        }
        return new Marker(text);
    }

    /** Makes sure that the same store is still here. */
    void check(Disk disk) throws IOException {
        Marker now;
        try {
            now = read(disk);
        } catch (StoreException.Absent e) {
            throw StoreException.Absent.vanished(disk.place(), e.what());
        }
        if (!now.equals(this)) {
            throw StoreException.Absent.vanished(disk.place(), "another store has taken its place");
        }
    }

    private static byte[] bytes(Disk disk) throws IOException {
        try (var file = disk.open(NAME)) {
            var buffer = ByteBuffer.allocate((int) Math.min(file.length(), LENGTH_BYTES_MAX));
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) >= 0) {
                // The next read goes on where this one ended.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException _) {
            throw StoreException.Absent.of(disk.place(), "the file " + NAME + " is missing");
        }
    }
}
