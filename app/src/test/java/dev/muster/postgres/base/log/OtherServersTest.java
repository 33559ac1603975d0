// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.BaseBackupFault;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.Machines;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.work.CrashPoints;
import dev.muster.work.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Backups of servers that are not alone: standbys, and copies that share a cluster's identity. */
class OtherServersTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_131;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static LogTools tools(TestRepository repository, Duration noProgressMax) {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        return new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                noProgressMax);
    }

    private static BackupRecord take(TestRepository repository, TestServer server, BackupLog log) throws Exception {
        var take = new TakeBaseBackup(repository.vault(), log, Servers.tools(CrashPoints.none()));
        var plan = take.plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server));
        return take.take(plan, _ -> {});
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aStandbyIsBackedUpAndStreamsTheLogThatItNeedsItself(int major) throws Exception {
        var directory = SERVERS.directory();
        var node = new Machines(SERVERS, major).node();
        node.start().close();
        try (var repository = TestRepository.create(directory);
                var standby = node.standby().start();
                var primary = node.start()) {
            primary.execute("create table t as select generate_series(1, 1000) n", "checkpoint");
            assertThat(new Wait(System::nanoTime).until(
                    () -> standby.query("select to_regclass('t') is not null").contains("t"), SOON)).isTrue();
            var tools = tools(repository, SOON);

            var record = take(repository, standby, new StreamedLog(tools, "clinic", directory.resolve("scratch")));

            assertThat(record.facts().data().fromStandby()).isTrue();
            var needs = repository.vault().snapshot(record.snapshot()).orElseThrow().body().needs();
            assertThat(needs).singleElement()
                    .satisfies(need -> assertThat(need.end()).isEqualTo(record.facts().stop().value()));
            assertThat(standby.query("select slot_name from pg_replication_slots")).isEmpty();
            assertThat(primary.query("select slot_name from pg_replication_slots")).isEmpty();
        }
    }

    @Test
    void logOfACopyOfTheClusterDoesNotCountForTheBackup() throws Exception {
        var directory = SERVERS.directory();
        var node = new Machines(SERVERS, 17).node();
        node.start().close();
        var copy = node.copy();
        try (var repository = TestRepository.create(directory); var other = node.start()) {
            try (var receiver = RunningReceiver.start(repository, Servers.settings(other), directory)) {
                for (var round = 0; round < 4; round++) {
                    other.execute("create table r" + round + " as select generate_series(1, 1000) n",
                            "select pg_switch_wal()");
                }
                receiver.awaitStored(Machines.end(other));
            }
            try (var server = copy.start()) {
                server.execute("create table mine as select generate_series(1, 2000) n");
                var log = new ReceivedLog(tools(repository, Duration.ofSeconds(3)), SlotNames.of("clinic"));

                assertThatThrownBy(() -> take(repository, server, log)).isInstanceOf(BaseBackupFault.LogMissing.class);
                assertThat(repository.vault().snapshots()).isEmpty();
            }
        }
    }
}
