// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A program with one setting of it.
 *
 * @param name as in tables
 * @param script what knows its verbs: bench/peers/README.md
 * @param setting for the script
 * @param takesPart in which scenarios
 * @param text what it is, for people
 */
record Peer(String name, Path script, String setting, Set<String> takesPart, String text) {

    private static final int COLUMNS = 5;

    Peer {
        takesPart = Set.copyOf(takesPart);
    }

    /** The program's name for {@code --program}: of {@code pgbackrest.sh} it is {@code pgbackrest}. */
    String program() {
        var file = String.valueOf(script.getFileName());
        return file.endsWith(".sh") ? file.substring(0, file.length() - ".sh".length()) : file;
    }

    /** Reads a list: columns between blanks, the last one is the rest of the line; {@code #} begins a remark. */
    static List<Peer> parse(Collection<String> lines, Path folder) {
        var peers = new ArrayList<Peer>();
        for (var line : lines) {
            var columns = List.of(line.strip().split("\\s+", COLUMNS));
            if (columns.size() == COLUMNS && !line.startsWith("#")) {
                peers.add(new Peer(columns.get(0), folder.resolve(columns.get(1)), columns.get(2),
                        Set.of(columns.get(3).split(",")), columns.get(4)));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalArgumentException("not " + COLUMNS + " columns: " + line);
            }
        }
        return peers;
    }
}
