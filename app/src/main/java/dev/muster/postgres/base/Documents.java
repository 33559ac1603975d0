// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

/**
 * The documents of a base backup, below {@code .muster} in its snapshot. Those that end in {@code .jsonl} hold one JSON
 * object a line, as the server wrote it.
 */
public final class Documents {

    /** What the backup is: identity, positions, versions, sizes. One JSON object. */
    public static final String CLUSTER = "cluster.json";

    /** The server's manifest, byte for byte. */
    public static final String MANIFEST = "backup_manifest";

    /** Tablespaces that lie outside the data directory: {@code oid}, {@code location}. */
    public static final String TABLESPACES = "tablespaces.jsonl";

    /** pg_database, with the versions of its collation then and now. */
    public static final String DATABASES = "databases.jsonl";

    /** Settings that are not at their defaults: {@code name, setting, unit, source, sourcefile}. */
    public static final String SETTINGS = "settings.jsonl";

    /** Subscriptions of all databases, without their connection strings. */
    public static final String SUBSCRIPTIONS = "subscriptions.jsonl";

    /** Configuration files: {@code path, kind, inside, document}. */
    public static final String CONFIGURATION = "configuration.jsonl";

    /** Bad pages: {@code file, block, stored, computed, lsn, schema, name} as far as these are known. */
    public static final String BAD_PAGES = "bad-pages.jsonl";

    /** What could not be captured, and why: {@code what, why}. */
    public static final String NOT_CAPTURED = "not-captured.jsonl";

    private Documents() {}

    /** Relations of a database by file node, with about how many rows they have. */
    public static String relations(long database) {
        return "databases/" + database + "/relations.jsonl";
    }

    /** Extensions of a database and their versions. */
    public static String extensions(long database) {
        return "databases/" + database + "/extensions.jsonl";
    }

    /** Collations of a database that have a version, then and now. */
    public static String collations(long database) {
        return "databases/" + database + "/collations.jsonl";
    }

    /** A configuration file, byte for byte. */
    static String configuration(int number) {
        return "configuration/" + number;
    }
}
