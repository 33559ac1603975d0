// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

/** What this receiver is to the server: whether commits wait for it. Only the server knows; see pg_stat_replication. */
public enum Standing {

    /** The server was not asked, or does not tell this user: it takes membership in pg_monitor. */
    UNKNOWN,
    /** The server does not know this receiver: it is not connected, or under another name. */
    ABSENT,
    /** Connected, and not streaming yet: commits do not wait for it, or wait in vain. */
    CATCHING_UP,
    /** Commits do not wait for it. */
    ASYNC,
    /** Commits wait for another standby, and for this one once that is gone. */
    POTENTIAL,
    /** Commits wait for some standbys, of which this may be one. */
    QUORUM,
    /** No commit is acknowledged that this receiver does not have. */
    SYNC
}
