// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.Login;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.WireFault;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Moves the hold slot to what is stored, so that the server keeps all log that would be lost with this host. The stream
 * slot cannot do that: it goes with what is acknowledged, and a synchronous receiver acknowledges before.
 */
final class HoldLog {

    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String DATABASE_OF_EVERY_CLUSTER = "postgres";
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
    private static final Duration PAUSE_LAST = Duration.ofMinutes(1);

    private final Parts parts;
    private final Connector connector;
    private final BooleanSupplier stopping;
    private Lsn moved = Lsn.ZERO;

    HoldLog(Parts parts, Connector connector, BooleanSupplier stopping) {
        this.parts = parts;
        this.connector = connector;
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
        try {
            advance(settings(Optional.empty()), kept);
        } catch (WireFault.ServerError e) {
            if (!e.serverMessage().sqlState().equals(NO_SUCH_DATABASE)) {
                throw e;
            }
            advance(settings(Optional.of(DATABASE_OF_EVERY_CLUSTER)), kept);
        }
        moved = kept;
    }

    private void advance(ConnectionSettings settings, Lsn kept) {
        try (var connection = connector.connect(settings, SessionKind.SQL)) {
            connection.query("select pg_catalog.pg_replication_slot_advance('" + parts.options().slots().hold()
                    + "', '" + kept + "')");
        }
    }

    private ConnectionSettings settings(Optional<String> database) {
        var given = parts.options().connection(parts.options().applicationName() + "_hold");
        var login = given.login();
        return new ConnectionSettings(given.hosts(), given.target(), given.shuffled(),
                new Login(login.user(), database.orElse(login.database()), login.givenPassword(), login.passFile(),
                        login.rules()),
                given.tls(), given.socket(), given.session());
    }
}
