// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

/** What a session is for. */
public enum SessionKind {
    /** SQL in a database. */
    SQL,
    /** Physical replication and base backups: no database, replication commands only. */
    PHYSICAL_REPLICATION,
    /** Replication commands and SQL in a database. */
    DATABASE_REPLICATION
}
