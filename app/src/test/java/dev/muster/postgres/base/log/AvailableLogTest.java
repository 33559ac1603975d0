// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.BackupPlan;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.BaseBackupFault;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.work.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AvailableLogTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_126;
    private static final SlotNames SLOTS = SlotNames.of("clinic");

    private static LogTools tools(TestRepository repository, Duration noProgressMax) {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        return new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                noProgressMax);
    }

    private static AvailableLog log(TestRepository repository, Path scratch) {
        var tools = tools(repository, Duration.ofSeconds(60));
        return new AvailableLog(tools, SLOTS, new StreamedLog(tools, "clinic", scratch));
    }

    private static BackupRecord take(TestRepository repository, TestServer server, BackupLog log) throws Exception {
        return taking(repository, log).take(plan(repository, server, log), _ -> {});
    }

    private static BackupPlan plan(TestRepository repository, TestServer server, BackupLog log) {
        return taking(repository, log).plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server));
    }

    private static TakeBaseBackup taking(TestRepository repository, BackupLog log) {
        return new TakeBaseBackup(repository.vault(), log, Servers.tools(CrashPoints.none()));
    }

    private static List<WalNeed> needs(TestRepository repository, BackupRecord record) throws Exception {
        return repository.vault().snapshot(record.snapshot()).orElseThrow().body().needs();
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aReceiverThatRunsBringsTheLogAndWithoutOneTheBackupDoes(int major) throws Exception {
        var directory = SERVERS.directory();
        try (var server = SERVERS.fresh(major); var repository = TestRepository.create(directory)) {
            var settings = Servers.settings(server);
            var log = log(repository, directory.resolve("scratch"));
            BackupRecord received;
            BackupPlan planned;
            String incarnation;
            try (var receiver = RunningReceiver.start(repository, settings, directory)) {
                assertThat(log.source(settings).goesOn()).isTrue();
                received = take(repository, server, log);
                planned = plan(repository, server, log);
                incarnation = receiver.state().server().orElseThrow().incarnation();
            }
            assertThat(received.log().text()).isEqualTo("brought by the WAL receiver that is running");
            assertThat(received.log().after()).isEqualTo(BackupLog.After.RECEIVER);
            assertThat(needs(repository, received)).singleElement()
                    .satisfies(need -> assertThat(need.incarnation().hex()).isEqualTo(incarnation));

            assertThat(log.source(settings).goesOn()).isFalse();
            var streamed = taking(repository, log).take(planned, _ -> {});

            assertThat(planned.warnings()).noneMatch(warning -> warning.contains("WAL receiver"));
            assertThat(streamed.log()).as("the receiver has ended since it was planned")
                    .isEqualTo(new BackupLog.Source("streamed by the backup itself", BackupLog.After.NOBODY));
            assertThat(needs(repository, streamed)).as("the same history is gone on with").singleElement()
                    .satisfies(need -> assertThat(need.incarnation().hex()).isEqualTo(incarnation));
            assertThat(server.query("select slot_name || ' ' || active from pg_replication_slots"))
                    .containsExactly("muster_clinic false");
            assertThat(directory.resolve("scratch")).isEmptyDirectory();
        }
    }

    @Test
    void whatABackupThatWasKilledLeftOnTheDiskIsRemovedByTheNextOne() throws Exception {
        var directory = SERVERS.directory();
        var scratch = directory.resolve("scratch");
        var left = Files.createDirectories(scratch.resolve("backup-log-00000000000000aa"));
        Files.writeString(left.resolve("segment"), "rows of patients");
        Files.createFile(scratch.resolve("backup-log-00000000000000aa.lock"));
        try (var server = SERVERS.fresh(18); var repository = TestRepository.create(directory)) {
            try (var other = ScratchSpace.take(scratch, new Random(SEED + 1))) {
                Files.createDirectory(other.directory());

                take(repository, server, log(repository, scratch));

                assertThat(left).doesNotExist();
                assertThat(other.directory()).as("somebody uses it").exists();
            }
            assertThat(scratch).isEmptyDirectory();
        }
    }

    @Test
    void aReceiverThatBringsNothingEndsTheBackupAndItDoesNotCount() throws Exception {
        try (var server = SERVERS.fresh(18); var repository = TestRepository.create(SERVERS.directory())) {
            var log = new ReceivedLog(tools(repository, Duration.ofSeconds(2)), SLOTS);

            assertThatThrownBy(() -> take(repository, server, log)).isInstanceOf(BaseBackupFault.LogMissing.class)
                    .hasMessageContaining("is not in the repository");
            assertThat(repository.vault().snapshots()).isEmpty();

            var keeping = log.begin(Servers.settings(server));
            assertThat(keeping.source().after()).isEqualTo(BackupLog.After.NOBODY);
            server.server().stop(StopMode.FAST, Duration.ofMinutes(1));
            assertThat(keeping.source().after()).as("asked of nobody").isEqualTo(BackupLog.After.UNKNOWN);
        }
    }
}
