// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.SessionKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Asks a server that can be read while it recovers how far it is. */
final class AskReplay {

    private static final String QUESTION = """
            select pg_last_wal_replay_lsn(), pg_get_wal_replay_pause_state(),
                (extract(epoch from pg_last_xact_replay_timestamp()) * 1000000)::bigint""";

    private final Connector connector;
    private final String superuser;

    /** @param superuser empty if it is not known */
    AskReplay(Connector connector, String superuser) {
        this.connector = connector;
        this.superuser = superuser.isEmpty() ? "postgres" : superuser;
    }

    /**
     * How far a server is.
     *
     * @param lsn the end of the last record that was replayed
     * @param paused whether it replays no further
     * @param lastTransaction when the last transaction ended that was replayed
     */
    record Replay(Lsn lsn, boolean paused, Optional<Instant> lastTransaction) {}

    Replay ask(RunningServer server) {
        var address = server.address();
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), superuser)).resolve("host='"
                + address.socketDirectory() + "' port=" + address.port() + " dbname=template1 sslmode=disable");
        try (var session = connector.connect(settings, SessionKind.SQL)) {
            return replay(session.query(QUESTION).getFirst().rows().getFirst());
        }
    }

    private static Replay replay(Row row) {
        return new Replay(Optional.ofNullable(row.text(0)).map(Lsn::parse).orElse(Lsn.ZERO),
                Objects.equals(row.text(1), "paused"),
                Optional.ofNullable(row.text(2)).map(micros -> Instant.EPOCH.plus(Long.parseLong(micros),
                        ChronoUnit.MICROS)));
    }
}
