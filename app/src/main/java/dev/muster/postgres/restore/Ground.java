// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was found where a cluster is to be restored.
 *
 * @param directory what the data directory holds
 * @param tablespaces what the directories of tablespaces hold
 * @param freeBytes on the data directory's file system, if it can be told
 * @param server the program that would run it, such as "PostgreSQL 16.4 in /usr/lib/postgresql/16/bin"; nothing if none
 *        of the right major version was found
 * @param owner the user that the files will belong to
 * @param bytes how much directories hold that may be moved aside, as far as that was cheap to count
 */
public record Ground(DirectoryState directory, SortedMap<Path, DirectoryState> tablespaces, OptionalLong freeBytes,
        Optional<String> server, String owner, SortedMap<Path, Long> bytes) {

    public Ground {
        tablespaces = Collections.unmodifiableSortedMap(new TreeMap<>(tablespaces));
        bytes = Collections.unmodifiableSortedMap(new TreeMap<>(bytes));
    }

    /** A directory that does not exist yet, on a machine of which nothing is known. */
    static Ground unknown() {
        return new Ground(new DirectoryState.Absent(), new TreeMap<>(Map.of()), OptionalLong.empty(), Optional.empty(),
                "postgres", new TreeMap<>(Map.of()));
    }
}
