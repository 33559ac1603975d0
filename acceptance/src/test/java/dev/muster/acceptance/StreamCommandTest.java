// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Machines;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.Standing;
import dev.muster.postgres.wal.receive.StateFile;
import dev.muster.store.file.FileStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.Wait;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code muster stream} of real servers, with the packaged program. */
class StreamCommandTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ENDED_BY_SIGTERM = 143;
    private static final Wait WAIT = new Wait(System::nanoTime);
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 50000) n";

    @TempDir
    private Path folder;

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }

    private void init(Machines.Node node) throws Exception {
        var outcome = run("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                "--postgres", "postgresql://postgres@127.0.0.1:" + node.port() + "/postgres?sslmode=disable");
        assertThat(outcome.status()).as(outcome.said()).isZero();
    }

    /** What the ledger has, as action and outcome. */
    private List<String> entered() throws Exception {
        var shown = run("ledger", "show", "--json");
        assertThat(shown.status()).as(shown.said()).isZero();
        return JsonMapper.shared().readTree(shown.out()).get("entries").valueStream()
                .map(entry -> entry.get("action").asString() + " " + entry.get("outcome").asString()).toList();
    }

    /** A receiver that runs; it is killed at the end of a test that forgets it. */
    private final class Streaming implements AutoCloseable {

        private final Path out;
        private final Path err;
        private final Process process;

        Streaming(String... options) throws Exception {
            out = Files.createTempFile(folder, "stream-", ".out");
            err = Files.createTempFile(folder, "stream-", ".err");
            var arguments = new String[options.length + 2];
            arguments[0] = "stream";
            arguments[1] = "clinic";
            System.arraycopy(options, 0, arguments, 2, options.length);
            process = new Program(folder).start(out, err, arguments);
        }

        String said() throws Exception {
            return Files.readString(out) + Files.readString(err);
        }

        void await(String what, Predicate<ReceiverState> condition) throws Exception {
            var file = new StateFile(folder.resolve(".local/state/muster/receiver/clinic"));
            var held = WAIT.until(() -> !process.isAlive()
                    || file.find().filter(found -> found.process() == process.pid()).map(StateFile.Found::state)
                            .filter(condition).isPresent(),
                    SOON);
            assertThat(held && process.isAlive()).as("%s: %s %s", what, file.read(), said()).isTrue();
        }

        void awaitStored(Lsn end) throws Exception {
            await("stored up to " + end, state -> !state.log().stored().isBefore(end));
        }

        int status() throws Exception {
            assertThat(process.waitFor(SOON)).as(said()).isTrue();
            return process.exitValue();
        }

        /** SIGTERM, as a service manager does it. */
        void terminate() throws Exception {
            process.destroy();
            assertThat(status()).as(said()).isZero();
        }

        void kill() throws Exception {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** What is stored of the one history that there is. */
    private void assertStored(Machines.Node node, Lsn end) throws Exception {
        var instruments = new Instruments(InstantSource.system(), new SecureRandom(), folder.resolve("reader"), 2);
        var hex = Files.readString(folder.resolve("clinic.key")).strip();
        try (var store = FileStore.openReadOnly(folder.resolve("repository"));
                var key = KeySource.raw(HexFormat.of().parseHex(hex));
                var vault = Vault.open(store, key, instruments)) {
            var archive = vault.wal("test");
            var lineage = archive.lineages().known().getFirst();
            assertThat(archive.lineages().known()).hasSize(1);
            var first = new Lsn(lineage.descent().first());
            var stored = new ByteArrayOutputStream();
            archive.read(lineage.incarnation(), new WalSpan(first.value(), end.value()),
                    (_, bytes, offset, length) -> stored.write(bytes, offset, length));
            assertThat(Arrays.mismatch(stored.toByteArray(), node.log(TimelineId.of(1), first, end))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void whatIsReceivedIsTheServersLogByteForByteAlsoWhenTheReceiverIsKilled(int major) throws Exception {
        var node = new Machines(SERVERS, major).node();
        try (var server = node.start()) {
            init(node);
            server.execute("create table t (n int, x text)");
            try (var first = new Streaming()) {
                first.await("streaming", state -> state.phase() == ReceiverState.Phase.STREAMING);
                server.execute(FILL, "select pg_switch_wal()", FILL);
                first.kill();
            }
            server.execute(FILL);
            try (var second = new Streaming()) {
                server.execute(FILL, "select pg_switch_wal()", "insert into t values (1, 'last')");
                var end = Machines.end(server);
                second.awaitStored(end);
                second.terminate();
                assertThat(second.said()).contains("connected to", "stopped: all that was received");
                assertStored(node, end);
                assertThat(entered()).contains("stream.run done");
            }
            assertThat(server.query("select slot_name || ' ' || active from pg_replication_slots"))
                    .containsExactly("muster_clinic false");
            var check = run("repo", "check");
            assertThat(check.status()).as(check.said()).isZero();
        }
    }

    @Test
    void aSecondReceiverOfASystemOnThisHostIsRefused() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var _ = node.start()) {
            init(node);
            try (var first = new Streaming()) {
                first.await("streaming", state -> state.phase() == ReceiverState.Phase.STREAMING);
                var second = run("stream", "clinic");
                assertThat(second.status()).as(second.said()).isEqualTo(2);
                assertThat(second.err()).contains("code: receiver.spool-in-use", "process " + first.process.pid());
                first.await("streaming", state -> state.phase() == ReceiverState.Phase.STREAMING);
            }
        }
    }

    @Test
    void whetherCommitsWaitIsForTheServerToSayAndOnlyThenIsRpoZeroShown() throws Exception {
        var node = new Machines(SERVERS, 16).node();
        try (var server = node.start()) {
            init(node);
            server.execute("create table t (n int, x text)", "create role hasty",
                    "alter role hasty set synchronous_commit = off");
            try (var receiver = new Streaming("--sync", "--json")) {
                receiver.await("async", state -> state.promise().standing() == Standing.ASYNC);
                var advised = List.of("not-named", "some-commits-return-early", "same-disk");
                assertThat(WAIT.until(() -> topics(receiver).containsAll(advised), SOON)).as(receiver.said()).isTrue();
                server.execute("alter system set synchronous_standby_names = 'FIRST 1 (muster_clinic)'",
                        "select pg_reload_conf()");
                receiver.await("synchronous", ReceiverState::losesNothing);
                server.execute(FILL);
                assertThat(WAIT.until(() -> topics(receiver).contains("no-other"), SOON)).isTrue();
                assertThat(WAIT.until(() -> documents(receiver, "state").anyMatch(
                        state -> state.get("standing").asString().equals("sync")
                                && state.get("rpo_seconds").asDouble() == 0),
                        SOON)).as(receiver.said()).isTrue();
                receiver.terminate();
                assertThat(documents(receiver, "ended").map(ended -> ended.get("stored").asBoolean()).toList())
                        .containsExactly(true);
            }
            assertThat(server.query("select slot_name from pg_replication_slots order by 1"))
                    .containsExactly("muster_clinic", "muster_clinic_hold");
        }
    }

    private static List<String> topics(Streaming receiver) throws Exception {
        return documents(receiver, "advice").map(advice -> advice.get("topic").asString()).toList();
    }

    private static java.util.stream.Stream<JsonNode> documents(Streaming receiver, String event) throws Exception {
        return Files.readAllLines(receiver.out).stream().filter(line -> line.endsWith("}"))
                .map(JsonMapper.shared()::readTree).filter(line -> line.get("event").asString().equals(event));
    }

    @Test
    void whatAKilledReceiverLeftInTheSpoolIsDrainedWithoutTheServer() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        Lsn end;
        try (var server = node.start(Settings.none())) {
            init(node);
            server.execute("create table t (n int, x text)");
            slow();
            try (var receiver = new Streaming()) {
                receiver.await("streaming", state -> state.phase() == ReceiverState.Phase.STREAMING);
                server.execute(FILL);
                end = Machines.end(server);
                var position = end;
                receiver.await("spooled", state -> !state.log().spooled().isBefore(position));
                assertThat(WAIT.until(() -> entered().contains("stream.run unfinished"), SOON)).isTrue();
                receiver.kill();
            }
            server.server().killHard();
        }
        var drained = run("stream", "clinic", "--drain");
        assertThat(drained.status()).as(drained.said()).isZero();
        assertThat(entered()).contains("stream.run unfinished", "stream.drain begun", "stream.drain done");
        assertStored(node, end);
    }

    /** Log is left in the spool for half a minute. */
    private void slow() throws Exception {
        Files.writeString(folder.resolve("muster.yaml"),
                Files.readString(folder.resolve("muster.yaml")) + "    stream: { cadence: 30s }\n");
    }

    @Test
    void whatARepositoryThatIsAwayDidNotTakeStaysInTheSpoolAndThatIsSaid() throws Exception {
        var node = new Machines(SERVERS, 16).node();
        try (var server = node.start()) {
            init(node);
            server.execute("create table t (n int, x text)");
            Lsn end;
            try (var receiver = new Streaming()) {
                receiver.awaitStored(Machines.end(server));
                Files.move(folder.resolve("repository"), folder.resolve("elsewhere"));
                server.execute(FILL);
                end = Machines.end(server);
                var position = end;
                receiver.await("spooled", state -> !state.log().spooled().isBefore(position)
                        && state.trouble().isPresent());
                receiver.process.destroy();
                assertThat(receiver.status()).as(receiver.said()).isEqualTo(ENDED_BY_SIGTERM);
                assertThat(receiver.said()).contains("the repository takes no WAL", "It is safe in the spool");
            }
            Files.move(folder.resolve("elsewhere"), folder.resolve("repository"));
            try (var receiver = new Streaming("--until-lsn", end.toString())) {
                assertThat(receiver.status()).as(receiver.said()).isZero();
            }
            assertStored(node, end);
        }
    }

    @Test
    void itEndsWhenAPositionIsStoredOrItsStarterIsGone() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var server = node.start()) {
            init(node);
            server.execute("create table t (n int, x text)", FILL);
            var end = Machines.end(server);
            try (var receiver = new Streaming("--until-lsn", end.toString())) {
                assertThat(receiver.status()).as(receiver.said()).isZero();
            }
            assertStored(node, end);
            try (var receiver = new Streaming("--tied")) {
                receiver.await("streaming", state -> state.phase() == ReceiverState.Phase.STREAMING);
                receiver.process.getOutputStream().close();
                assertThat(receiver.status()).as(receiver.said()).isZero();
            }
        }
    }

    @Test
    void aServerThatDoesNotLetItInIsNoReasonToWait() throws Exception {
        var node = new Machines(SERVERS, 15).node();
        try (var server = node.start()) {
            init(node);
            server.execute("create role guest login");
            Files.writeString(folder.resolve("muster.yaml"),
                    Files.readString(folder.resolve("muster.yaml")).replace("postgres@127", "guest@127"));
            var refused = run("stream", "clinic");
            assertThat(refused.status()).as(refused.said()).isEqualTo(1);
            assertThat(refused.err()).contains("code: wire.");
        }
    }
}
