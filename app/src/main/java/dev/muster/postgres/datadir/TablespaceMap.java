// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code tablespace_map}: the symbolic links that a server makes in {@code pg_tblspc} before it replays a backup. A line
 * is an oid, a space and a path, in which a backslash stands before each newline, carriage return and backslash. Source
 * of the layout: xlog.c, do_pg_backup_start.
 *
 * @param locations by oid
 */
public record TablespaceMap(SortedMap<Long, String> locations) {

    /** Below the data directory. */
    public static final String PATH = "tablespace_map";

    /** Room for thousands of tablespaces. */
    public static final int BYTES_MAX = 8 * 1024 * 1024;

    private static final int OID_DIGITS_MAX = 10;

    public TablespaceMap {
        locations = Collections.unmodifiableSortedMap(new TreeMap<>(locations));
    }

    /** No tablespaces: a cluster without them has no such file. */
    public static TablespaceMap empty() {
        return new TablespaceMap(new TreeMap<>(Map.of()));
    }

    /** Reads a whole file. */
    public static TablespaceMap parse(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        SortedMap<Long, String> locations = new TreeMap<>();
        var line = new StringBuilder();
        for (var at = 0; at < text.length(); at++) {
            var next = text.charAt(at);
            if (next == '\\' && at + 1 < text.length()) {
                at++;
                line.append(text.charAt(at));
            } else if (next == '\n') {
                put(line.toString(), locations);
                line.setLength(0);
            } else {
                line.append(next);
            }
        }
        if (!line.isEmpty()) {
            throw new DataDirectoryFault.Damaged(PATH, "its last line has no end");
        }
        return new TablespaceMap(locations);
    }

    private static void put(String line, SortedMap<Long, String> locations) {
        var space = line.indexOf(' ');
        var oid = space < 1 ? "" : line.substring(0, space);
        var isOid = oid.length() <= OID_DIGITS_MAX && !oid.isEmpty() && oid.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isOid || locations.put(Long.parseLong(oid), line.substring(space + 1)) != null) {
            throw new DataDirectoryFault.Damaged(PATH, "a line does not begin with the oid of one tablespace");
        }
    }

    /** The bytes of the file. */
    public byte[] bytes() {
        var text = new StringBuilder();
        locations.forEach((oid, path) -> {
            text.append(oid).append(' ');
            path.chars().forEach(c -> {
                if (c == '\n' || c == '\r' || c == '\\') {
                    text.append('\\');
                }
                text.append((char) c);
            });
            text.append('\n');
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
