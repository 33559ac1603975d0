// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.fault.Fault;
import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wire.SessionKind;

/**
 * Finds out whether the system's receiver is connected to a server now, as its slot there shows.
 *
 * @param slots the receiver's
 */
record FindReceiver(LogTools tools, SlotNames slots) {

    /** Whether it is connected. */
    boolean runs(ConnectionSettings settings) {
        try (var session = tools.connector().connect(settings, SessionKind.SQL)) {
            var active = session.query("select 1 from pg_replication_slots where active and slot_name = '"
                    + slots.stream().text() + "'");
            return !active.getFirst().rows().isEmpty();
        }
    }

    /** Who goes on with the log now. What the log is needed for is done: a server that does not answer is no failure. */
    BackupLog.After after(ConnectionSettings settings) {
        try {
            return runs(settings) ? BackupLog.After.RECEIVER : BackupLog.After.NOBODY;
        } catch (Fault e) {
            return BackupLog.After.UNKNOWN;
        }
    }
}
