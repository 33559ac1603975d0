// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.ReceivedLog;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.work.CrashPoints;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is found in the log that a receiver stored, held against what the server says of its own log. */
class SearchLogTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_127;
    private static final TimelineChoice LATEST = new TimelineChoice.Latest();

    private static void backUp(TestRepository repository, TestServer server) throws Exception {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                Duration.ofSeconds(60));
        var take = new TakeBaseBackup(repository.vault(), new ReceivedLog(tools, SlotNames.of("clinic")),
                Servers.tools(CrashPoints.none()));
        take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server)), _ -> {});
    }

    private static Instant now(TestServer server) throws Exception {
        var micros = server.query("select (extract(epoch from clock_timestamp()) * 1000000)::bigint").getFirst();
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }

    private static Lsn record(TestServer server, Lsn from, Lsn to, String column, String which) throws Exception {
        return Lsn.parse(server.query("select " + column + " from pg_get_wal_records_info('" + from + "', '" + to
                + "') where " + which + " limit 1").getFirst());
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theRecordThatEndsTheReplayIsTheOneThatTheServerSays(int major) throws Exception {
        var directory = SERVERS.directory();
        var settings = Settings.none().with("autovacuum", "off").with("wal_keep_size", "1GB");
        try (var server = SERVERS.fresh(major, settings); var repository = TestRepository.create(directory)) {
            server.execute("create extension pg_walinspect", "create table t (n int, s text)");
            Lsn from;
            Instant between;
            Instant after;
            long second;
            try (var receiver = RunningReceiver.start(repository, Servers.settings(server), directory)) {
                backUp(repository, server);
                from = Lsn.parse(server.query("select pg_current_wal_insert_lsn()").getFirst());
                server.execute("insert into t select n, repeat(md5(n::text), 40) from generate_series(1, 30000) n");
                between = now(server);
                second = Long.parseLong(server.query("with i as (insert into t values (0, 'last')) "
                        + "select pg_current_xact_id()::text").getFirst());
                after = now(server);
                server.execute("select pg_create_restore_point('release 7')", "select pg_switch_wal()");
                receiver.awaitStored(Lsn.parse(server.query("select pg_current_wal_lsn()").getFirst()));
            }
            var archive = repository.vault().wal("db1");
            var recoverable = new ReadRecoverable(repository.vault(), archive).read("clinic");
            var reach = recoverable.reaches().getFirst();
            var to = reach.end();
            var search = new SearchLog(archive);
            var commit = "xid = '" + second + "' and record_type like 'COMMIT%'";
            var begins = record(server, from, to, "start_lsn", commit);
            var ends = record(server, from, to, "end_lsn", commit);

            assertThat(search.find(reach, new RecoveryTarget.Time(between, false))).singleElement()
                    .satisfies(found -> assertThat(found.begins()).isEqualTo(begins))
                    .satisfies(found -> assertThat(found.ends()).isEqualTo(ends))
                    .satisfies(found -> assertThat(found.time()).isBetween(between, after));
            assertThat(search.find(reach, new RecoveryTarget.Transaction(second, false))).singleElement()
                    .satisfies(found -> assertThat(found.begins()).isEqualTo(begins));
            assertThat(search.find(reach, new RecoveryTarget.Position(begins.plus(1), false))).singleElement()
                    .satisfies(found -> assertThat(found.begins())
                            .isEqualTo(record(server, ends, to, "start_lsn", "true")));
            assertThat(search.find(reach, new RecoveryTarget.Named("release 7"))).singleElement()
                    .satisfies(found -> assertThat(found.begins())
                            .isEqualTo(record(server, from, to, "start_lsn", "record_type = 'RESTORE_POINT'")));
            assertThat(search.lastTransaction(reach)).hasValueSatisfying(
                    time -> assertThat(time).isBetween(between, after));

            assertThat(search.find(reach, new RecoveryTarget.Time(after, false))).isEmpty();
            var chosen = new ChooseRecovery(recoverable, search, "muster restore")
                    .choose(new RecoveryTarget.Time(after, false), LATEST);
            assertThat(chosen.stop()).as("nothing ended after it, and the log goes on beyond it")
                    .isEqualTo(new Stop.EndOfWal(search.lastEnd(reach)));
            assertThat(search.lastEnd(reach)).isEqualTo(to);
            assertThat(recoverable.windows()).singleElement()
                    .satisfies(window -> assertThat(window.endTime().orElseThrow()).isAfterOrEqualTo(after));
        }
    }
}
