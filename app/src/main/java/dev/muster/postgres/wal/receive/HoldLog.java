// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wire.Connector;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Moves the hold slot to what is stored, so that the server keeps all log that would be lost with this host. The stream
 * slot cannot do that: it goes with what is acknowledged, and a synchronous receiver acknowledges before.
 */
final class HoldLog {

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
    private static final Duration PAUSE_LAST = Duration.ofMinutes(1);

    private final Parts parts;
    private final SideConnection beside;
    private final BooleanSupplier stopping;
    private Lsn moved = Lsn.ZERO;

    HoldLog(Parts parts, Connector connector, BooleanSupplier stopping) {
        this.parts = parts;
        this.beside = new SideConnection(connector, parts.options(), "_hold");
        this.stopping = stopping;
    }

    void run() throws InterruptedException {
        var backOff = new BackOff(PAUSE_FIRST, PAUSE_LAST, parts.clocks().random(), parts.clocks().waiting()::pause);
        while (!stopping.getAsBoolean()) {
            parts.clocks().waiting().pause(EVERY);
            try {
                move();
                backOff.succeeded();
            } catch (Fault e) {
                parts.say(new ReceiverEvent.HoldFailed(e));
                backOff.failed();
            }
        }
    }

    private void move() {
        var logs = parts.spool().logs();
        var progress = parts.progress().snapshot();
        if (logs.isEmpty() || !progress.proven()) {
            return;
        }
        var kept = Acknowledge.kept(progress.stored(), logs.getLast().segmentSize());
        if (!kept.isAfter(moved)) {
            return;
        }
        advance(kept);
        parts.reached("stream.after-hold");
        moved = kept;
    }

    private void advance(Lsn kept) {
        try (var connection = beside.connect()) {
            connection.query("select pg_catalog.pg_replication_slot_advance('" + parts.options().slots().hold()
                    + "', '" + kept + "')");
        }
    }
}
