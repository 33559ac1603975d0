// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a file says about the relation that it belongs to.
 *
 * @param tablespace its oid; 1663 for {@code base}, 1664 for {@code global}
 * @param database the oid of the database; 0 for a relation that all databases share
 * @param fileNode the number that the relation's files are named by: pg_class.relfilenode, or pg_relation_filenode()
 * @param fork which of the relation's files
 * @param segment which piece of the fork, from 0
 */
public record RelationFile(long tablespace, long database, long fileNode, Fork fork, int segment) {

    /** The tablespace pg_default. */
    public static final long DEFAULT_TABLESPACE = 1663;

    /** The tablespace pg_global. */
    public static final long GLOBAL_TABLESPACE = 1664;

    private static final String OID = "([1-9]\\d{0,9})";
    private static final Pattern PATH = Pattern.compile("(?:global|base/" + OID + "|pg_tblspc/" + OID + "/PG_[^/]+/"
            + OID + ")/" + OID + "(?:_(fsm|vm|init))?(?:\\.([1-9]\\d{0,5}))?");
    private static final int DATABASE = 1;
    private static final int TABLESPACE = 2;
    private static final int TABLESPACE_DATABASE = 3;
    private static final int FILE_NODE = 4;
    private static final int FORK = 5;
    private static final int SEGMENT = 6;
    private static final long OID_MAX = 0xFFFF_FFFFL;

    /** The files of one relation: its rows, its free space, its visibility, and the empty state of an unlogged one. */
    public enum Fork {
        MAIN, FSM, VM, INIT
    }

    /** The relation file at this path below the data directory; nothing if it is another kind of file. */
    public static Optional<RelationFile> parse(String path) {
        var matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var database = number(matcher.group(matcher.group(TABLESPACE) == null ? DATABASE : TABLESPACE_DATABASE));
        var elsewhere = number(matcher.group(TABLESPACE));
        var shared = database == 0;
        var tablespace = elsewhere != 0 ? elsewhere : shared ? GLOBAL_TABLESPACE : DEFAULT_TABLESPACE;
        var fork = matcher.group(FORK) == null ? Fork.MAIN : Fork.valueOf(matcher.group(FORK).toUpperCase(Locale.ROOT));
        var fileNode = number(matcher.group(FILE_NODE));
        if (Math.max(Math.max(database, tablespace), fileNode) > OID_MAX) {
            return Optional.empty();
        }
        return Optional
                .of(new RelationFile(tablespace, database, fileNode, fork, (int) number(matcher.group(SEGMENT))));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
