// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.Wait;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code muster backup} of real servers, with the packaged program. */
class BackupCommandTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_128;
    private static final int ROUNDS = 4;
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(4);

    private static final long TWO_PACKS_BYTES = 7 << 20;

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }

    private void init(TestServer server) throws Exception {
        init(folder, server);
    }

    private static void init(Path home, TestServer server) throws Exception {
        var outcome = new Program(home).run("init", "--system", "clinic", "--repository", "repository", "--key-file",
                "clinic.key",
                "--postgres", "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                        + server.server().address().port() + "/postgres?sslmode=disable");
        assertThat(outcome.status()).as(outcome.said()).isZero();
    }

    private JsonNode json(String... arguments) throws Exception {
        var outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return JsonMapper.shared().readTree(outcome.out());
    }

    private static void fill(TestServer server, int rows) throws Exception {
        server.execute(
                "create table t as select n, md5(n::text) a, md5((n * 7)::text) b from generate_series(1, " + rows
                        + ") n",
                "create index on t (a)", "vacuum t", "checkpoint");
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aBackupIsPlannedTakenAndTakenAgainForNextToNothing(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            fill(server, 200_000);
            init(server);
            var plan = run("backup", "clinic", "--plan");
            assertThat(plan.status()).as(plan.said()).isZero();
            assertThat(plan.out()).contains("clinic/postgres", "PostgreSQL " + major, "streamed by the backup itself",
                    "No WAL receiver is running");
            assertThat(json("repo", "stats", "--json").get("snapshots").get("count").asInt()).isZero();

            var first = run("backup", "clinic", "--reason", "before release 4.2", "--tag", "ticket=OPS-311",
                    "--tag", "pre-deploy");
            assertThat(first.status()).as(first.said()).isZero();
            assertThat(first.out()).containsSubsequence("Snapshot ", " of clinic/postgres is in the repository.",
                    "server",
                    "WAL", "database", "stored", "took", "restore to",
                    "pre-deploy, reason=before release 4.2, ticket=OPS-311",
                    "warning");
            assertThat(first.err()).isEmpty();
            var second = json("backup", "clinic/postgres", "--json");

            assertThat(second.get("size").get("new_bytes").asLong())
                    .isLessThan(second.get("size").get("database_bytes").asLong() / 50);
            assertThat(second.get("version").asString()).startsWith(major + ".");
            assertThat(second.get("checksums").asBoolean()).isEqualTo(checksums(server));
            assertThat(second.get("log").asString()).isEqualTo("streamed by the backup itself");
            assertThat(second.get("goes_on").asBoolean()).isFalse();
            assertThat(second.get("warnings").size()).isEqualTo(checksums(server) ? 1 : 2);
            assertThat(json("repo", "stats", "--json").get("snapshots").get("count").asInt()).isEqualTo(2);
            assertThat(server.query("select slot_name from pg_replication_slots")).isEmpty();
            var check = run("repo", "check");
            assertThat(check.status()).as(check.said()).isZero();
        }
    }

    private static boolean checksums(TestServer server) throws Exception {
        return server.query("show data_checksums").contains("on");
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeAnythingIs() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            init(server);
            var logical = run("backup", "clinic", "--kind", "logical");
            assertThat(logical.status()).isEqualTo(2);
            assertThat(logical.err()).contains("code: cli.not-there-yet");
            var component = run("backup", "clinic/redis");
            assertThat(component.status()).isEqualTo(2);
            assertThat(component.err()).contains("code: cli.unclear", "clinic/postgres");
            var system = run("backup", "praxis");
            assertThat(system.status()).isEqualTo(2);
            assertThat(system.err()).contains("code: config.unknown-system", "clinic");
        }
        var gone = run("backup", "clinic");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.err()).contains("code: ");
    }

    @Test
    void aPageThatTheServersDiskHasDamagedIsNamedAndTheBackupIsKept() throws Exception {
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced();
        var cluster = SERVERS.cluster(SERVERS.installation(18), options);
        try (var server = SERVERS.start(SERVERS.installation(18), cluster)) {
            assertThat(checksums(server)).isTrue();
            server.execute("create table visits as select generate_series(1, 5000) n", "checkpoint");
            init(server);
            var file =
                    cluster.dataDirectory().resolve(server.query("select pg_relation_filepath('visits')").getFirst());
            flip(file, 3 * 8_192 + 500);

            var taken = run("backup", "clinic");

            assertThat(taken.status()).as(taken.said()).isEqualTo(3);
            assertThat(taken.out()).contains("is in the repository", "DAMAGE FOUND on the server: 1 page", " block 3 ",
                    "public.visits");
            var snapshot = json("points", "clinic", "--json").get("snapshots").get(0);
            assertThat(snapshot.get("bad_pages").asInt()).isEqualTo(1);
            assertThat(run("status").out())
                    .contains("The newest snapshot holds pages that the server's disk had damaged");
        }
    }

    private static void flip(Path file, int at) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            var old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x10);
        }
    }

    @Test
    void aCaptureKeyIsEnoughForABackup() throws Exception {
        try (var server = SERVERS.fresh(17)) {
            init(server);
            var added = run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
            assertThat(added.status()).as(added.said()).isZero();

            var taken = json("backup", "clinic", "--key-file", "db1.key", "--json");

            assertThat(taken.get("size").get("files").asLong()).isGreaterThan(500);
            assertThat(
                    json("backup", "clinic", "--key-file", "db1.key", "--json").get("size").get("new_blocks").asLong())
                    .isLessThan(taken.get("size").get("new_blocks").asLong());
        }
    }

    @Test
    void aBackupThatIsToldToStopStopsAndLeavesNothingBehind() throws Exception {
        try (var server = SERVERS.fresh(15)) {
            fill(server, 1_000_000);
            init(server);
            var err = folder.resolve("stopped.err");
            var process = new Program(folder).start(folder.resolve("stopped.out"), err, "backup", "clinic");
            assertThat(new Wait(System::nanoTime).until(
                    () -> server
                            .query("select 1 from pg_stat_progress_basebackup where phase = 'streaming database files'")
                            .size() == 1,
                    SOON)).as("it has begun").isTrue();

            process.destroy();

            assertThat(process.waitFor(SOON)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(err)).isNotZero();
            assertThat(Files.readString(err)).contains("stopped");
            assertThat(
                    new Wait(System::nanoTime).until(() -> server.query("select 1 from pg_stat_replication").isEmpty()
                            && server.query("select 1 from pg_replication_slots").isEmpty(), SOON))
                    .isTrue();
            assertThat(folder.resolve(".local/state/muster/scratch/clinic")).isEmptyDirectory();
            assertThat(json("repo", "stats", "--json").get("snapshots").get("count").asInt()).isZero();
            var tried = json("ledger", "show", "--action", "backup", "--json").get("entries");
            assertThat(tried.get(tried.size() - 1).get("outcome").asString()).as(tried.toString())
                    .isIn("unfinished", "failed");
        }
    }

    @Test
    void aBackupThatIsKilledAtAnyMomentLeavesNothingBehindAndTheNextOneCounts() throws Exception {
        var random = new Random(SEED);
        try (var server = SERVERS.fresh(16)) {
            fill(server, 1_000_000);
            init(server);
            for (var round = 0; round < ROUNDS; round++) {
                var life = Duration.ofMillis(300 + random.nextLong(LONGEST_LIFE.toMillis()));
                var process = new Program(folder).start(folder.resolve("killed.out"), folder.resolve("killed.err"),
                        "backup", "clinic");
                if (!process.waitFor(life)) {
                    process.destroyForcibly().waitFor();
                }
            }
            var last = json("backup", "clinic", "--json");

            var snapshots = json("repo", "stats", "--json").get("snapshots").get("count").asInt();
            assertThat(snapshots).as("seed %d: at least the last", SEED).isBetween(1, ROUNDS + 1);
            assertThat(last.get("size").get("files").asLong()).isGreaterThan(500);
            assertThat(server.query("select slot_name from pg_replication_slots")).isEmpty();
            assertThat(folder.resolve(".local/state/muster/scratch/clinic")).isEmptyDirectory();
            var check = run("repo", "check");
            assertThat(check.status()).as("seed %d: %s", SEED, check.said()).isZero();
        }
    }

    /** Two index objects name two packs at least, each of 4 MiB. */
    @Test
    void aBackupThatIsCutOffIsCarriedOn() throws Exception {
        try (var server = SERVERS.fresh(17)) {
            fill(server, 1_000_000);
            var whole = newBytes(home("whole", server));
            var killed = home("killed", server);
            var stopped = home("stopped", server);

            cutOff(killed, Process::destroyForcibly);
            var left = cutOff(stopped, Process::destroy);

            assertThat(newBytes(killed)).as("of %d bytes", whole).isLessThan(whole - TWO_PACKS_BYTES);
            assertThat(newBytes(stopped)).as("of %d bytes, after %d", whole, left).isLessThan(whole - left / 2);
        }
    }

    private Path home(String name, TestServer server) throws Exception {
        var home = Files.createDirectory(folder.resolve(name));
        init(home, server);
        return home;
    }

    private static long newBytes(Path home) throws Exception {
        var outcome = new Program(home).run("backup", "clinic", "--json");
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return JsonMapper.shared().readTree(outcome.out()).get("size").get("new_bytes").asLong();
    }

    /** Cuts off a backup when two index objects are in the repository; returns how many bytes of data are there then. */
    private static long cutOff(Path home, Consumer<Process> end) throws Exception {
        var index = home.resolve("repository/index");
        var process = new Program(home).start(home.resolve("out"), home.resolve("err"), "backup", "clinic");
        assertThat(new Wait(System::nanoTime).until(() -> filesIn(index).length >= 2, SOON)).isTrue();
        end.accept(process);
        assertThat(process.waitFor(SOON)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(home.resolve("err"))).isNotZero();
        return Stream.of(filesIn(home.resolve("repository/data"))).flatMap(each -> Stream.of(filesIn(each.toPath())))
                .mapToLong(File::length).sum();
    }

    private static File[] filesIn(Path directory) {
        var files = directory.toFile().listFiles();
        return files == null ? new File[0] : files;
    }
}
