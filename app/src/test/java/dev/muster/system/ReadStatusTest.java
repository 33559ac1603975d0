// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.ReceivedLog;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.Rpo;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wal.receive.StateFile;
import dev.muster.work.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The status of a real server's system, with a receiver in this process. */
class ReadStatusTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_130;

    private static ProtectedSystem system(Path directory) {
        var file = directory.resolve("muster.yaml");
        return new ConfigurationReader(Map.of(), directory).read(file, """
                repository: { url: file:///repository, key-file: key }
                systems: { clinic: { postgres: host=db, objectives: { rpo: 1m } } }
                """).system("clinic");
    }

    private static SystemStatus read(TestRepository repository, Path state, Instant now) throws Exception {
        return new ReadStatus(InstantSource.fixed(now), state).read(system(state), repository.vault(),
                repository.vault().wal("db1"));
    }

    private static void backUp(TestRepository repository, TestServer server) throws Exception {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                Duration.ofSeconds(60));
        var take = new TakeBaseBackup(repository.vault(), new ReceivedLog(tools, SlotNames.of("clinic")),
                Servers.tools(CrashPoints.none()));
        take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), Servers.settings(server)), _ -> {});
    }

    private static ReceiverState silent(ReceiverState state) {
        var log = state.log();
        var rpo = new Rpo.Unknown(Duration.ofSeconds(2), Duration.ofMinutes(3));
        return new ReceiverState(state.system(), state.at(), state.phase(), state.server(), new ReceiverState.Log(
                log.serverEnd(), log.received(), log.spooled(), log.stored(), rpo, rpo), state.promise(),
                state.trouble());
    }

    private static ReceiverState storedMore(ReceiverState state) {
        var log = state.log();
        return new ReceiverState(state.system(), state.at(), ReceiverState.Phase.STOPPED, state.server(),
                new ReceiverState.Log(log.serverEnd(), log.received(), log.spooled(), log.stored().plus(1),
                        log.spoolRpo(), log.storeRpo()),
                state.promise(), state.trouble());
    }

    /** On a host where no receiver ever ran only the repository tells, and an old moment proves nothing. */
    private static void judgeElsewhere(TestRepository repository, Path nothing, ReceiverState receiver)
            throws Exception {
        var now = read(repository, nothing, receiver.at());
        assertThat(now.receiver()).isEmpty();
        assertThat(now.stored()).singleElement().satisfies(log -> {
            assertThat(log.history()).isEqualTo(receiver.server().orElseThrow().incarnation());
            assertThat(log.end()).isGreaterThanOrEqualTo(receiver.log().stored());
            assertThat(log.received().orElseThrow()).isBetween(receiver.at().minusSeconds(60), receiver.at());
            assertThat(log.moment()).isPresent();
            assertThat(log.reached()).isTrue();
        });
        assertThat(now.loss()).isInstanceOf(Loss.Unseen.class);
        assertThat(now.meetsRpo()).as("no more can be lost than the age of the newest moment").isTrue();

        var later = read(repository, nothing, receiver.at().plusSeconds(3600));
        assertThat(later.loss()).isInstanceOfSatisfying(Loss.Unseen.class,
                unseen -> assertThat(unseen.atMost()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61)));
        assertThat(later.meetsRpo()).as("an idle server or a dead receiver").isFalse();

        var early = read(repository, nothing, receiver.at().minusSeconds(3600));
        assertThat(early.loss()).isEqualTo(new Loss.Unknown(Duration.ZERO, Optional.empty()));
    }

    @Test
    void aPrimaryWhoseClockIsAheadMakesNoMomentYounger() {
        var now = Instant.parse("2026-11-20T13:00:00Z");

        assertThat(ReadStatus.aged(now.minusSeconds(5), Optional.of(now.minusSeconds(60)), now))
                .isEqualTo(new Loss.Aged(Duration.ofSeconds(60)));
        assertThat(ReadStatus.aged(now.minusSeconds(60), Optional.of(now.minusSeconds(5)), now))
                .isEqualTo(new Loss.Aged(Duration.ofSeconds(60)));
        assertThat(ReadStatus.aged(now.minusSeconds(5), Optional.empty(), now))
                .isEqualTo(new Loss.Unknown(Duration.ofSeconds(5), Optional.empty()));
        assertThat(ReadStatus.aged(now.minusSeconds(5), Optional.of(now.plusSeconds(1)), now))
                .as("the receiver's clock is ahead of ours")
                .isEqualTo(new Loss.Unknown(Duration.ofSeconds(5), Optional.empty()));
    }

    @Test
    void whatWouldBeLostIsWhatTheReceiverSaysIfASnapshotLeadsToItsLog() throws Exception {
        var directory = SERVERS.directory();
        var state = Files.createDirectories(directory.resolve("states"));
        Files.createDirectory(state.resolve("receiver"));
        var file = new StateFile(StreamSystem.stateFile(state, "clinic"));
        try (var server = SERVERS.fresh(18);
                var repository = TestRepository.create(directory);
                var receiver = RunningReceiver.start(repository, Servers.settings(server), directory)) {
            receiver.awaitStored(Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst()));
            var before = receiver.state();
            file.write(before, ProcessHandle.current().pid());
            var useless = read(repository, state, before.at());
            assertThat(useless.loss()).isEqualTo(new Loss.Everything());
            assertThat(useless.meetsRpo()).isFalse();
            assertThat(useless.unproven()).anyMatch(text -> text.contains("no snapshot leads to"));
            assertThat(read(repository, directory.resolve("nowhere"), before.at()).loss())
                    .isEqualTo(new Loss.Everything());

            backUp(repository, server);
            var now = receiver.state();
            file.write(now, ProcessHandle.current().pid());
            var good = read(repository, state, now.at());
            assertThat(good.receiverRuns()).isTrue();
            assertThat(good.loss()).isInstanceOf(Loss.Measured.class);
            assertThat(good.meetsRpo()).isTrue();
            assertThat(good.points().windows()).hasSize(1);

            file.write(silent(now), ProcessHandle.current().pid());
            assertThat(read(repository, state, now.at())).satisfies(status -> {
                assertThat(status.loss())
                        .isEqualTo(new Loss.Unknown(Duration.ofSeconds(2), Optional.of(Duration.ofMinutes(3))));
                assertThat(status.meetsRpo()).as("it may be more than the objective").isFalse();
            });

            judgeElsewhere(repository, Files.createDirectories(directory.resolve("elsewhere")), now);

            assertThat(read(repository, state, now.at()).unproven()).noneMatch(text -> text.contains("older copy"));
            file.write(storedMore(now), ProcessHandle.current().pid());
            assertThat(read(repository, state, now.at()).unproven()).as("the end of the log is gone")
                    .anyMatch(text -> text.contains("older copy"));
            file.write(now, ProcessHandle.current().pid());

            var early = read(repository, state, now.at().minusSeconds(3600));
            assertThat(early.receiverRuns()).as("its state is of the future: the clock was set back").isFalse();
            assertThat(early.loss()).as("the primary's clock is ahead of ours, which says nothing of age")
                    .isEqualTo(new Loss.Unknown(Duration.ZERO, Optional.empty()));
            assertThat(early.meetsRpo()).isFalse();

            var later = read(repository, state, now.at().plusSeconds(3600));
            assertThat(later.receiverRuns()).as("its state is old").isFalse();
            assertThat(later.loss()).isInstanceOfSatisfying(Loss.Aged.class,
                    aged -> assertThat(aged.age()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61)));
        }
    }
}
