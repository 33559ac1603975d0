// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerState;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Machines;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.TestReceiver;
import dev.muster.store.FaultyStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalRepository;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Real servers that recover from the repository, through the script. */
class ServeLogTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Wait WAIT = new Wait(System::nanoTime);
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 20000) n";
    private static final int SEGMENTS = 7;

    @TempDir
    Path directory;

    private volatile boolean readsFail;
    private final WalRepository repository = new WalRepository(95,
            new FaultyStore(new MemoryStore(InstantSource.system()),
                    call -> readsFail && call.verb() == Verb.GET
                            ? Optional.of(FaultyStore.Fault.ERROR_BEFORE)
                            : Optional.empty()));

    /** A copy of a cluster, and its log since then in the repository. */
    private record Case(Machines.Node copy, TestReceiver receiver, Lsn end, String rows) {}

    private Case copyAndLog(int major) throws Exception {
        var node = new Machines(SERVERS, major).node();
        node.start().close();
        var copy = node.copy();
        try (var server = node.start();
                var receiver = TestReceiver.start(repository, directory.resolve("spool"),
                        TestReceiver.options(node.conninfo(), Policy.asynchronous()))) {
            server.execute("create table t (n int, x text)");
            for (var i = 0; i < SEGMENTS; i++) {
                server.execute(FILL, "select pg_switch_wal()");
            }
            server.execute("insert into t values (-1, 'last')");
            var end = Machines.end(server);
            receiver.awaitStored(end);
            var rows = server.query("select count(*) || ' ' || sum(n) from t").getFirst();
            receiver.finish();
            return new Case(copy, receiver, end, rows);
        }
    }

    /** Serves on a thread of its own until it is closed. */
    private record Serving(ServeLog log, Thread thread) implements AutoCloseable {

        static Serving start(ServeLog log) {
            return new Serving(log, Thread.ofVirtual().start(() -> {
                try {
                    log.run();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }

        @Override
        public void close() {
            log.stop();
            try {
                assertThat(thread.join(SOON)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private ServeLog serve(Case given, long bytesMax) throws Exception {
        return serve(given.receiver.lineage(), bytesMax);
    }

    private ServeLog serve(Lineage along, long bytesMax) throws Exception {
        return new ServeLog(repository.archive(Role.RESTORE), along.incarnation(), Optional.empty(),
                new ServeLog.Staging(SERVERS.directory().resolve("stage"), bytesMax, SERVERS.account()::own), WAIT);
    }

    private static Settings recovering(ServeLog serving) {
        return Settings.none().with("restore_command", serving.restoreCommand())
                .with("recovery_target_timeline", "latest")
                .with("recovery_target_action", "promote")
                .with("hot_standby", "off");
    }

    private static void makeRecover(Machines.Node node) throws Exception {
        var signal = node.cluster().dataDirectory().resolve("recovery.signal");
        Files.createFile(signal);
        SERVERS.account().own(signal);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aRecoveryReachesTheLastByteThatIsStored(int major) throws Exception {
        var given = copyAndLog(major);
        makeRecover(given.copy);
        var log = serve(given, 64 << 20);
        try (var _ = Serving.start(log); var recovered = given.copy.start(recovering(log))) {
            assertThat(recovered.server().await(EnumSet.of(ServerState.READY), SOON)).isEqualTo(ServerState.READY);
            assertThat(recovered.query("select count(*) || ' ' || sum(n) from t")).containsExactly(given.rows);
            var started = Lsn.parse(recovered.query(
                    "select split_part(pg_read_file('pg_wal/00000002.history'), E'\\t', 2)").getFirst());
            assertThat(started).isEqualTo(given.end);
        }
    }

    @Test
    void aServerThatWasRecoveredTakesNoTimelineThatIsKnownAlready() throws Exception {
        var given = copyAndLog(16);
        var taken = given.receiver.lineage();
        var fork = given.end.value();
        repository.archive(Role.CAPTURE).begin(
                new Lineage.Origin(taken.origin().systemIdentifier(), 2,
                        ("1\t" + given.end + "\tno recovery target specified\n").getBytes(StandardCharsets.US_ASCII)),
                new Lineage.Descent(Optional.of(taken.incarnation()), fork, true,
                        WalSpan.floor(fork, taken.segmentBytes())),
                new WalArchive.Server(taken.segmentBytes(), taken.serverVersion(), "db2"));
        makeRecover(given.copy);
        var log = serve(taken, 64 << 20);
        try (var _ = Serving.start(log);
                var recovered = given.copy.start(recovering(log).with("recovery_target_timeline", "1"))) {
            assertThat(recovered.server().await(EnumSet.of(ServerState.READY), SOON)).isEqualTo(ServerState.READY);
            assertThat(recovered.query("select count(*) || ' ' || sum(n) from t")).containsExactly(given.rows);
            assertThat(recovered.query("select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"))
                    .containsExactly("00000003");
        }
    }

    @Test
    void aRecoveryBeginsBeforeTheLogIsThereAndTheStageStaysSmall() throws Exception {
        var given = copyAndLog(17);
        makeRecover(given.copy);
        var log = serve(given, 48 << 20);
        // Nobody serves yet: the server has begun all the same, and waits.
        try (var launched = SERVERS.launch(SERVERS.installation(17), given.copy.cluster(),
                given.copy.options(recovering(log)))) {
            assertThat(WAIT.until(() -> !wanted(log).isEmpty(), SOON)).isTrue();
            var most = new AtomicLong();
            try (var _ = Serving.start(log)) {
                assertThat(WAIT.until(() -> {
                    most.accumulateAndGet(staged(log), Math::max);
                    return launched.state() == ServerState.READY;
                }, SOON)).isTrue();
            }
            assertThat(most.get()).isBetween(1L, 4L);
            assertThat(log.delivered()).isGreaterThanOrEqualTo(SEGMENTS);
        }
    }

    private static List<String> wanted(ServeLog serving) {
        return list(serving, "want");
    }

    private static long staged(ServeLog serving) {
        return list(serving, "ready").size();
    }

    private static List<String> list(ServeLog serving, String part) {
        var names = serving.directory().resolve(part).toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    @Test
    void aRepositoryThatFailsInTheMiddleStopsTheRecoveryAndDoesNotEndIt() throws Exception {
        var given = copyAndLog(18);
        makeRecover(given.copy);
        var log = serve(given, 32 << 20);
        try (var _ = Serving.start(log);
                var launched = SERVERS.launch(SERVERS.installation(18), given.copy.cluster(),
                        given.copy.options(recovering(log)))) {
            assertThat(WAIT.until(() -> log.delivered() >= 3, SOON)).isTrue();
            readsFail = true;
            assertStopped(launched);
        }
        readsFail = false;
        assertRecoversAfterAll(given);
    }

    @Test
    void aMusterThatIsGoneInTheMiddleStopsTheRecoveryAndDoesNotEndIt() throws Exception {
        var given = copyAndLog(15);
        makeRecover(given.copy);
        var log = serve(given, 32 << 20);
        try (var serving = Serving.start(log);
                var launched = SERVERS.launch(SERVERS.installation(15), given.copy.cluster(),
                        given.copy.options(recovering(log)))) {
            assertThat(WAIT.until(() -> log.delivered() >= 3, SOON)).isTrue();
            serving.log().stop();
            assertStopped(launched);
        }
        assertRecoversAfterAll(given);
    }

    /** A server reads a segment again when it begins: the moment at which it asks must not matter. */
    @Test
    void whatIsAskedForAgainAtOnceIsServedAgain() throws Exception {
        var lineage = repository.begin();
        try (var writer = repository.archive(Role.CAPTURE).writer(lineage, 1)) {
            for (var at = 0L; at < 3 << 20; at += 1 << 20) {
                writer.put(new WalSpan(at, at + (1 << 20)), Optional.empty(), Instant.EPOCH,
                        WalSource.of(0, new byte[3 << 20]));
            }
        }
        var log = serve(lineage, 4 << 20);
        try (var _ = Serving.start(log)) {
            for (var i = 0; i < 150; i++) {
                fetch(log.directory(), "00000001000000000000000" + i % 3);
            }
        }
    }

    /** What the script does, without its pauses. */
    private static void fetch(Path stage, String name) throws Exception {
        var want = stage.resolve("want").resolve(name);
        var soon = new Wait(System::nanoTime, Duration.ofNanos(100_000));
        if (!taken(stage, name)) {
            Files.createFile(want);
            assertThat(soon.until(() -> taken(stage, name), SOON)).as(name).isTrue();
            Files.delete(want);
        }
    }

    private static boolean taken(Path stage, String name) throws IOException {
        try {
            Files.move(stage.resolve("ready").resolve(name), stage.resolve("fetched"),
                    StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void assertStopped(RunningServer server) throws InterruptedException {
        assertThat(server.await(EnumSet.of(ServerState.STOPPED, ServerState.READY), SOON))
                .isEqualTo(ServerState.STOPPED);
        assertThat(server.cluster().awaitsRecovery()).isTrue();
    }

    private void assertRecoversAfterAll(Case given) throws Exception {
        var log = serve(given, 64 << 20);
        try (var _ = Serving.start(log); var recovered = given.copy.start(recovering(log))) {
            assertThat(recovered.query("select count(*) || ' ' || sum(n) from t")).containsExactly(given.rows);
        }
    }
}
