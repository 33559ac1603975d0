// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes directories, and makes entries durable all the way up. A directory that exists may still be lost in a power
 * cut, since whoever made it may not have forced it yet or may be dead: only what this process has forced counts as
 * durable. Safe for use by any thread.
 */
final class Directories {

    private static final int DURABLE_MAX = 65_536;

    private final Disk disk;

    /** Directories whose entries are durable up to the tree itself. */
    private final Set<String> durable = ConcurrentHashMap.newKeySet();

    Directories(Disk disk) {
        this.disk = disk;
    }

    /** The directory of a path; the tree itself for a path of one segment. */
    static String of(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** Makes this directory and those above it, where they do not exist. */
    void make(String directory) throws IOException {
        if (directory.isEmpty() || durable.contains(directory)) {
            return;
        }
        make(of(directory));
        try {
            disk.makeDirectory(directory);
        } catch (FileAlreadyExistsException _) {
            // Made by another, who may not have forced it.
        }
    }

    /** Makes durable the entries of this directory, and its own in those above it. */
    void force(String directory) throws IOException {
        disk.force(directory);
        var forced = new ArrayList<String>();
        for (var child = directory; !child.isEmpty() && !durable.contains(child); child = of(child)) {
            disk.force(of(child));
            forced.add(child);
        }
        if (durable.size() > DURABLE_MAX) {
            durable.clear();
        }
        durable.addAll(forced);
    }

    /** Believes nothing any more: a directory that was durable is gone. */
    void forget() {
        durable.clear();
    }
}
