// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.StreamedLog;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.vault.fixture.ChildJava;
import dev.muster.work.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that backs up is ended at each crash point, one after the other, into the same repository. */
class BackupKillTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_129;
    private static final List<String> BEFORE_COMMIT = List.of("base.after-begin", "capture.after-announce",
            "capture.after-refresh", "base.after-files", "base.after-documents", "base.after-log", "capture.after-data",
            "capture.after-tree", "capture.before-propose", "capture.after-propose", "capture.before-commit");
    private static final List<String> AFTER_COMMIT =
            List.of("capture.after-commit", "capture.before-roll", "capture.after-roll", "base.after-commit");

    private static void kill(Path directory, TestServer server, String point) throws Exception {
        var output = directory.resolve("output");
        var process = ChildJava.start(KilledBackup.class, "-Xmx512m", output, directory.toString(),
                "host=" + ServerAddress.TCP_HOST + " dbname=postgres user=postgres sslmode=disable port="
                        + server.server().address().port(),
                point);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", point, Files.readString(output)).isEqualTo(KilledBackup.KILLED);
    }

    private static int snapshots(Path directory) throws Exception {
        try (var repository = TestRepository.open(directory, CrashPoints.none())) {
            return repository.vault().snapshots().size();
        }
    }

    private static BackupRecord take(Path directory, TestServer server) throws Exception {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        try (var repository = TestRepository.open(directory, CrashPoints.none())) {
            var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                    Duration.ofSeconds(60));
            var take = new TakeBaseBackup(repository.vault(),
                    new StreamedLog(tools, "clinic", directory.resolve("scratch")),
                    Servers.tools(CrashPoints.none()));
            return take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server)),
                    _ -> {});
        }
    }

    @Test
    void whereverABackupIsKilledTheNextOneUsesWhatItUploadedAndNothingIsLeftOnTheServer() throws Exception {
        var directory = SERVERS.directory();
        TestRepository.create(directory).close();
        try (var server = SERVERS.fresh(18)) {
            // Vacuumed, so that the server does not do that itself meanwhile, which changes every page.
            server.execute("create table t as select n, md5(n::text) from generate_series(1, 100000) n",
                    "vacuum (freeze, analyze) t", "checkpoint");
            var expected = 0;
            for (var point : BEFORE_COMMIT) {
                kill(directory, server, point);
                assertThat(snapshots(directory)).as(point).isEqualTo(expected);
            }
            var first = take(directory, server);
            expected++;
            assertThat(first.volume().newBlocks()).as("of %d blocks", first.volume().blocks())
                    .isLessThan(first.volume().blocks() / 20);
            for (var point : AFTER_COMMIT) {
                kill(directory, server, point);
                expected++;
                assertThat(snapshots(directory)).as(point).isEqualTo(expected);
            }
            take(directory, server);
            assertThat(server.query("select slot_name from pg_replication_slots")).isEmpty();
            assertThat(directory.resolve("scratch")).as("no WAL of a killed backup stays on the disk")
                    .isEmptyDirectory();
        }
    }
}
