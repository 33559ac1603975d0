// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.store.Marker;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;

/** The file with a store's marker. */
final class MarkerFile {

    private MarkerFile() {}

    /** The marker of the store that is here. */
    static Marker read(Disk disk) throws IOException {
        return Marker.parse(bytes(disk), disk.place());
    }

    /** Makes sure that the store with this marker is still here. */
    static void check(Marker marker, Disk disk) throws IOException {
        Marker now;
        try {
            now = read(disk);
        } catch (StoreException.Absent e) {
            throw StoreException.Absent.vanished(disk.place(), e.what());
        }
        if (!now.equals(marker)) {
            throw StoreException.Absent.vanished(disk.place(), "another store has taken its place");
        }
    }

    private static byte[] bytes(Disk disk) throws IOException {
        try (var file = disk.open(Marker.NAME)) {
            var buffer = ByteBuffer.allocate((int) Math.min(file.length(), Marker.LENGTH_BYTES_MAX));
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) >= 0) {
                // The next read goes on where this one ended.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException _) {
            throw StoreException.Absent.of(disk.place(), "the file " + Marker.NAME + " is missing");
        }
    }
}
