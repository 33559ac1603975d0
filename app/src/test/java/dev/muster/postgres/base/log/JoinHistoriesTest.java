// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.BackupRequest;
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
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.CrashPoints;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backup that brings its log itself and a receiver that starts, in every order: the backup belongs to the history that
 * the receiver goes on with, and every byte from it on is there.
 */
class JoinHistoriesTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_220;
    private static final SlotNames SLOTS = SlotNames.of("clinic");
    private static final String STREAMED = "streamed by the backup itself";
    private static final BackupLog.Source GONE_ON_WITH = new BackupLog.Source(
            STREAMED + ", and gone on with by the WAL receiver that began meanwhile", BackupLog.After.RECEIVER);
    private static final String BEGUN = "stream.after-begin";
    private static final String ALONE = "stream.before-announce";
    private static final String ANNOUNCED = "stream.after-announce";

    private Path directory;

    @BeforeEach
    void makeDirectory() throws Exception {
        directory = SERVERS.directory();
    }

    private static void fill(TestServer server, String table) throws Exception {
        server.execute(
                "create table " + table + " as select n, repeat(md5(n::text), 20) x from generate_series(1, 3000) n");
    }

    /** With crash points of the backup, and of the receiver that it has of its own. */
    private BackupRecord take(TestRepository repository, TestServer server, CrashPoints backup, CrashPoints stream)
            throws Exception {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED), stream);
        var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                Duration.ofSeconds(60));
        var log = new AvailableLog(tools, SLOTS, new StreamedLog(tools, "clinic", directory.resolve("scratch")));
        var take = new TakeBaseBackup(repository.vault(), log, Servers.tools(backup));
        return take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server)), _ -> {});
    }

    private Task<BackupRecord> taking(Scope scope, TestRepository repository, TestServer server, CrashPoints backup,
            CrashPoints stream) throws InterruptedException {
        return scope.submit(() -> {
            try {
                return take(repository, server, backup, stream);
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private RunningReceiver receiver(TestRepository repository, TestServer server, CrashPoints stream)
            throws Exception {
        return RunningReceiver.begin(repository, Servers.settings(server), directory, stream, false);
    }

    /** The backup belongs to what the receiver writes now, and from its beginning on every byte is the server's. */
    private static Uid assertJoined(TestRepository repository, TestServer server, BackupRecord record,
            RunningReceiver receiver, BackupLog.Source said) throws Exception {
        assertThat(record.log()).isEqualTo(said);
        receiver.awaitStreaming();
        receiver.awaitSettled();
        fill(server, "after");
        server.execute("select pg_switch_wal()");
        fill(server, "later");
        var end = Machines.end(server);
        receiver.awaitStored(end);
        var need = repository.vault().snapshot(record.snapshot()).orElseThrow().body().needs().getLast();
        var incarnation = receiver.state().server().orElseThrow().incarnation();
        assertThat(need.incarnation().hex()).as("one history").isEqualTo(incarnation);
        var read = new ByteArrayOutputStream();
        var archive = repository.vault().wal("reader");
        archive.read(need.incarnation(), new WalSpan(need.start(), end.value()),
                (_, bytes, offset, length) -> read.write(bytes, offset, length));
        assertThat(read.size()).isEqualTo((int) (end.value() - need.start()));
        assertThat(archive.cover(need.incarnation()).spans()).as("without a gap").hasSize(1);
        return need.incarnation();
    }

    private static long withBytes(TestRepository repository) throws Exception {
        var archive = repository.vault().wal("reader");
        var count = 0L;
        for (Lineage lineage : archive.lineages().known()) {
            count += archive.cover(lineage.incarnation()).isEmpty() ? 0 : 1;
        }
        return count;
    }

    @Test
    void aReceiverThatStartsDuringABackupGoesOnWithTheHistoryThatTheBackupBegan() throws Exception {
        var backup = new Gate("base.after-files");
        try (var server = SERVERS.fresh(18);
                var repository = TestRepository.create(directory);
                var scope = Scope.open("backup", 1)) {
            fill(server, "before");
            var taken = taking(scope, repository, server, backup, CrashPoints.none());
            backup.awaitArrival("base.after-files");
            try (var receiver = receiver(repository, server, CrashPoints.none())) {
                receiver.awaitSettled();
                fill(server, "during");
                backup.open("base.after-files");
                assertJoined(repository, server, taken.await(), receiver, GONE_ON_WITH);
                assertThat(repository.vault().wal("reader").lineages().known()).hasSize(1);
            }
        }
    }

    @Test
    void aReceiverThatKnewNothingWhenTheBackupBeganGoesOnWithTheBackupsHistoryAlsoWhenThatHasEnded() throws Exception {
        var slow = new Gate(BEGUN);
        try (var server = SERVERS.fresh(17); var repository = TestRepository.create(directory)) {
            try (var receiver = receiver(repository, server, slow)) {
                slow.awaitArrival(BEGUN);
                // Its slot is there, and is not in use: the backup relies on nobody.
                var record = take(repository, server, CrashPoints.none(), CrashPoints.none());
                slow.open(BEGUN);
                assertJoined(repository, server, record, receiver,
                        new BackupLog.Source(STREAMED, BackupLog.After.NOBODY));
                assertThat(repository.vault().wal("reader").lineages().known()).hasSize(1);
            }
            // What it has become survives its process.
            try (var again = receiver(repository, server, CrashPoints.none())) {
                assertJoinedAgain(repository, server, again);
            }
        }
    }

    private static void assertJoinedAgain(TestRepository repository, TestServer server, RunningReceiver receiver)
            throws Exception {
        receiver.awaitStreaming();
        server.execute("create table again as select 1");
        receiver.awaitStored(Machines.end(server));
        assertThat(repository.vault().wal("reader").lineages().known()).hasSize(1);
    }

    @Test
    void aBackupThatKnewNothingWhenTheReceiverBeganGoesOnWithTheReceiversHistory() throws Exception {
        var slow = new Gate(BEGUN);
        try (var server = SERVERS.fresh(16);
                var repository = TestRepository.create(directory);
                var scope = Scope.open("backup", 1)) {
            var taken = taking(scope, repository, server, CrashPoints.none(), slow);
            slow.awaitArrival(BEGUN);
            try (var receiver = receiver(repository, server, CrashPoints.none())) {
                receiver.awaitSettled();
                slow.open(BEGUN);
                assertJoined(repository, server, taken.await(), receiver, GONE_ON_WITH);
                assertThat(repository.vault().wal("reader").lineages().known()).hasSize(1);
            }
        }
    }

    @Test
    void ifBothHaveSaidThatTheyBeginBeforeEitherSawTheOtherOneStillGivesWay() throws Exception {
        var first = new Gate(ALONE, ANNOUNCED);
        var second = new Gate(ALONE, ANNOUNCED);
        try (var server = SERVERS.fresh(15);
                var repository = TestRepository.create(directory);
                var scope = Scope.open("backup", 1)) {
            var taken = taking(scope, repository, server, CrashPoints.none(), first);
            first.awaitArrival(ALONE);
            try (var receiver = receiver(repository, server, second)) {
                second.awaitArrival(ALONE);
                first.open(ALONE);
                second.open(ALONE);
                first.awaitArrival(ANNOUNCED);
                second.awaitArrival(ANNOUNCED);
                first.open(ANNOUNCED);
                second.open(ANNOUNCED);
                assertJoined(repository, server, taken.await(), receiver, GONE_ON_WITH);
                assertThat(repository.vault().wal("reader").lineages().known()).hasSize(2);
                assertThat(withBytes(repository)).as("one of them is used").isOne();
            }
            try (var again = receiver(repository, server, CrashPoints.none())) {
                again.awaitStreaming();
                server.execute("create table again as select 1");
                again.awaitStored(Machines.end(server));
                assertThat(withBytes(repository)).isOne();
            }
        }
    }

    @Test
    void aBackupWhoseHistoryEndsBelongsToTheReceiversIfThatHasAllThatItNeeds() throws Exception {
        var backup = new Gate("base.after-begin");
        try (var server = SERVERS.fresh(18);
                var repository = TestRepository.create(directory);
                var scope = Scope.open("backup", 1)) {
            var taken = taking(scope, repository, server, backup, CrashPoints.none());
            backup.awaitArrival("base.after-begin");
            // Told to look at nothing that is known, it begins a history of its own.
            try (var receiver = RunningReceiver.begin(repository, Servers.settings(server), directory,
                    CrashPoints.none(), true)) {
                receiver.awaitSettled();
                backup.open("base.after-begin");
                var joined = assertJoined(repository, server, taken.await(), receiver, new BackupLog.Source(
                        "brought by a WAL receiver that began meanwhile", BackupLog.After.RECEIVER));
                assertThat(withBytes(repository)).isEqualTo(2);
                assertThat(joined.hex()).isEqualTo(receiver.state().server().orElseThrow().incarnation());
            }
            var otherHost = Files.createDirectory(directory.resolve("other-host"));
            try (var elsewhere =
                    RunningReceiver.begin(repository, Servers.settings(server), otherHost, CrashPoints.none(), false)) {
                elsewhere.awaitStreaming();
                server.execute("create table again as select 1");
                elsewhere.awaitStored(Machines.end(server));
                assertThat(withBytes(repository)).as("gone on with, not begun anew").isEqualTo(2);
            }
        }
    }

    @Test
    void theHistoryOfACopyOfTheClusterIsNotJoined() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        node.start().close();
        var copy = node.copy();
        var slow = new Gate(BEGUN);
        try (var repository = TestRepository.create(directory);
                var server = node.start();
                var other = copy.start()) {
            fill(server, "mine");
            fill(other, "theirs");
            // It reaches further than the backup will: all that it must show to join is there, and is not the same.
            other.execute("select pg_switch_wal()", "create table more as select 1", "select pg_switch_wal()");
            fill(other, "most");
            other.execute("select pg_switch_wal()", "create table last as select 1");
            try (var receiver = receiver(repository, other, slow)) {
                slow.awaitArrival(BEGUN);
                var record = take(repository, server, CrashPoints.none(), CrashPoints.none());
                slow.open(BEGUN);
                receiver.awaitStreaming();
                receiver.awaitSettled();
                receiver.awaitStored(Machines.end(other));
                var need = repository.vault().snapshot(record.snapshot()).orElseThrow().body().needs().getLast();
                assertThat(receiver.state().server().orElseThrow().incarnation())
                        .isNotEqualTo(need.incarnation().hex());
                assertThat(withBytes(repository)).isEqualTo(2);
            }
        }
    }
}
