// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments of one log that do not follow what can be used of it. Nobody else may have what they hold, so they stay, beside
 * the log, until it is stored. Not thread-safe.
 */
final class AsideFiles {

    private static final String PREFIX = "aside-";
    private static final int NAME_CHARS = 24;

    private final Disk disk;
    private final String log;
    private final String directory;
    private final WalSegmentSize size;

    /** Position after the last segment that is here; 0 if none is. */
    private long end;

    /** @param log the log's directory */
    AsideFiles(Disk disk, String log, WalSegmentSize size) {
        this.disk = disk;
        this.log = log;
        this.directory = PREFIX + log;
        this.size = size;
    }

    /** Finds what is there. */
    void find() throws IOException {
        end = 0;
        for (var name : names()) {
            var segment = WalSegmentName.parse(name.substring(0, NAME_CHARS), size).number();
            end = Math.max(end, (segment + 1) * size.bytes());
        }
    }

    private List<String> names() throws IOException {
        var names = new ArrayList<String>();
        if (disk.stat(directory).isPresent()) {
            disk.names(directory, name -> {
                if (name.length() >= NAME_CHARS && WalSegmentName.matches(name.substring(0, NAME_CHARS))) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    /** Moves files of the log here, in this order. */
    void take(List<String> names) throws IOException {
        if (disk.stat(directory).isEmpty()) {
            disk.makeDirectory(directory);
            disk.force("");
        }
        for (var name : names) {
            disk.move(log + "/" + name, free(name));
        }
        disk.force(directory);
        disk.force(log);
        find();
    }

    /** What was put aside before under the same name stays. */
    private String free(String name) throws IOException {
        var path = directory + "/" + name;
        for (var number = 1; disk.stat(path).isPresent(); number++) {
            path = directory + "/" + name + "." + number;
        }
        return path;
    }

    /** Removes all of it once everything before this position is stored. */
    void release(long stored) throws IOException {
        if (end == 0 || Long.compareUnsigned(stored, end) < 0) {
            return;
        }
        for (var name : names()) {
            disk.unlink(directory + "/" + name);
        }
        end = 0;
        try {
            disk.removeDirectory(directory);
        } catch (DirectoryNotEmptyException e) {
            // Somebody keeps something else in it.
        }
    }

    String place() {
        return disk.place() + "/" + directory;
    }
}
