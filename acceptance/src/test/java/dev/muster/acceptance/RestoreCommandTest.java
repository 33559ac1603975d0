// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** {@code muster restore} with the packaged program: from a backup of a real server to a server that runs. */
class RestoreCommandTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final double ROUNDED = 1e-6;

    @TempDir
    private Path folder;

    /** Where servers can run: the program's own folder is its user's alone. */
    private Path into;
    private Program program;

    @BeforeEach
    void chooseDirectory() throws Exception {
        into = SERVERS.directory().resolve("restored");
        program = new Program(folder);
    }

    private Program.Outcome run(String... arguments) throws Exception {
        return program.run(arguments);
    }

    /** As an administrator who has this version somewhere of his own. */
    private void init(TestServer server) throws Exception {
        program = new Program(folder, Map.of("PATH", server.installation().binDirectory() + ":"
                + System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
        var made = run("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                "--postgres", "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                        + server.server().address().port() + "/postgres?sslmode=disable");
        assertThat(made.status()).as(made.said()).isZero();
    }

    private void backUp(TestServer server) throws Exception {
        init(server);
        var taken = run("backup", "clinic");
        assertThat(taken.status()).as(taken.said()).isZero();
    }

    private JsonNode json(String... arguments) throws Exception {
        var outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return JsonMapper.shared().readTree(outcome.out());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void aBackupBecomesAServerThatRuns(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            server.execute("create table t as select n, repeat(md5(n::text), 40) s from generate_series(1, 50000) n");
            backUp(server);
        }
        var plan = run("restore", "clinic", "--to", "latest", "--into", into.toString(), "--plan");
        assertThat(plan.status()).as(plan.said()).isZero();
        assertThat(plan.out()).contains("Restore plan ", "will be made", "server       PostgreSQL " + major,
                "forecast     unknown: no restore of this system from this repository has been measured on this host");
        assertThat(into).doesNotExist();
        assertThat(run("points", "clinic").out()).contains("How long it takes is unknown: no restore of this system");

        var restored = json("restore", "clinic", "--to", "latest", "--into", into.toString(), "--start", "--json");

        assertThat(restored.at("/reached/lsn").asString()).isEqualTo(restored.at("/plan/stop_lsn").asString());
        assertThat(restored.at("/seconds/replay").asDouble()).isPositive();
        assertThat(restored.at("/plan/forecast_seconds").isNull()).isTrue();
        try (var running = RunningServer.at(into, SERVERS.machine()).orElseThrow()) {
            assertThat(running.pid()).isEqualTo(restored.at("/server/pid").asLong());
            var copy = new TestServer(SERVERS.installation(major), running);
            assertThat(copy.query("select count(*) from t")).containsExactly("50000");
            running.stop(StopMode.FAST, SOON);
        }
        requireMeasured(restored);
        var again = run("restore", "clinic", "--to", "latest", "--into", into.toString());
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err()).contains("code: restore.directory-refused", "--move-aside");
        var next = json("restore", "clinic", "--to", "latest", "--into", into.toString(), "--move-aside", "--plan",
                "--json");
        requireForecast(next, restored);
        var aside = next.at("/asides/0");
        assertThat(aside.at("/holds").asString()).isEqualTo("a PostgreSQL cluster");
        assertThat(aside.at("/to").asString()).matches(into + "\\.aside-\\d{8}T\\d{6}Z");
    }

    /** Any host that opens the repository knows that it came back, and what that took. */
    private void requireMeasured(JsonNode restored) throws Exception {
        var rto = JsonMapper.shared().readTree(run("status", "--json").out()).at("/systems/0/rto");
        assertThat(rto.at("/snapshot").asString()).isEqualTo(restored.at("/plan/snapshot_id").asString());
        assertThat(rto.at("/measured_seconds").asDouble()).isBetween(restored.at("/seconds/total").asDouble() / 2,
                600.0);
        assertThat(rto.at("/met").asBoolean()).isTrue();
        assertThat(run("status").out()).contains(" came back on ", "objective 1h 00m, met")
                .doesNotContain("No restore was ever tested");
    }

    /** What one restore took is what the next one of the same size is forecast to take. */
    private void requireForecast(JsonNode next, JsonNode restored) throws Exception {
        var forecast = next.at("/forecast");
        assertThat(forecast.at("/copy/bytes").asLong()).isEqualTo(next.at("/file_bytes").asLong())
                .isGreaterThan(64_000_000);
        assertThat(forecast.at("/copy/measurements").asInt()).as(forecast.toPrettyString()).isOne();
        assertThat(forecast.at("/copy/seconds").asDouble()).isCloseTo(restored.at("/seconds/copying").asDouble(),
                within(ROUNDED));
        assertThat(forecast.at("/replay/why").asString()).contains("counted with the rest");
        assertThat(forecast.at("/rest/measurements").asInt()).isOne();
        assertThat(forecast.at("/seconds").asDouble()).isCloseTo(restored.at("/seconds/total").asDouble(),
                within(ROUNDED));
        assertThat(next.at("/forecast_seconds").isNull()).isFalse();
        assertThat(run("points", "clinic").out()).contains("is as in 1 restore measured on this host");
        assertThat(json("points", "clinic", "--json").at("/windows/0/forecast/seconds").asDouble())
                .isEqualTo(forecast.at("/seconds").asDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "backup"})
    void aReceiverAndABackupThatStartAtOnceMakeOneHistoryThatGoesOn(String first) throws Exception {
        var out = folder.resolve("out");
        try (var server = SERVERS.fresh(18)) {
            server.execute("create table t as select n, md5(n::text) s from generate_series(1, 1000) n");
            init(server);
            var begun = program.start(out, folder.resolve("err"), first, "clinic");
            var second = first.equals("stream") ? "backup" : "stream";
            var other = program.start(folder.resolve("out-2"), folder.resolve("err-2"), second, "clinic");
            try {
                var backup = first.equals("backup") ? begun : other;
                assertThat(backup.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).as("the backup ends").isTrue();
                assertThat(backup.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
                server.execute("insert into t select n, '' from generate_series(1001, 2000) n",
                        "select pg_switch_wal()", "insert into t select n, '' from generate_series(2001, 3000) n");
                var end = server.query("select pg_current_wal_flush_lsn()").getFirst();
                assertThat(new Wait(System::nanoTime).until(() -> !server.query("select 1 from pg_stat_replication"
                        + " where application_name = 'muster_clinic' and write_lsn >= '" + end + "'").isEmpty(), SOON))
                        .as("received: %s", Files.readString(out)).isTrue();
                var receiver = first.equals("stream") ? begun : other;
                receiver.destroy();
                assertThat(receiver.waitFor()).as("all of it is stored").isZero();
            } finally {
                begun.destroyForcibly().waitFor();
                other.destroyForcibly().waitFor();
            }
        }
        var points = json("points", "clinic", "--json");
        assertThat(points.get("windows").size()).as(points.toPrettyString()).isOne();
        assertThat(points.get("gaps").size()).as(points.toPrettyString()).isZero();
        var restored = run("restore", "clinic", "--to", "latest", "--into", into.toString());
        assertThat(restored.status()).as(restored.said()).isZero();
        try (var copy = SERVERS.start(SERVERS.installation(18), Cluster.at(into))) {
            assertThat(copy.query("select count(*) from t")).containsExactly("3000");
        }
    }

    @Test
    void theRepositoryAndARestoreKeyAreEnough() throws Exception {
        try (var server = SERVERS.fresh(17)) {
            server.execute("create table t (n int)", "insert into t values (1)");
            backUp(server);
        }
        var added = run("repo", "keys", "add", "--new-key-file", "dr.key", "--role", "restore", "--label", "dr");
        assertThat(added.status()).as(added.said()).isZero();
        Files.delete(folder.resolve("muster.yaml"));
        Files.delete(folder.resolve("clinic.key"));

        var restored = run("restore", "clinic", "--to", "latest", "--into", into.toString(), "--repository",
                "repository", "--key-file", "dr.key", "--read-only");

        assertThat(restored.status()).as(restored.said()).isZero();
        assertThat(restored.out()).containsSubsequence("Restore plan ", "Restored clinic into " + into, "reached",
                "as planned", "files", "replay", "total", "Start it as user ");
        assertThat(restored.err()).isEmpty();
        try (var copy = SERVERS.start(SERVERS.installation(17), Cluster.at(into))) {
            assertThat(copy.query("select n from t")).containsExactly("1");
        }
    }

    @Test
    void whatCannotBeHadIsRefusedWithWhatCan() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            backUp(server);
        }
        var past = run("restore", "clinic", "--to", "2001-01-01 00:00:00Z", "--into", into.toString());
        assertThat(past.status()).isEqualTo(2);
        assertThat(past.err()).contains("code: restore.target-unreachable", "The nearest after it is ");
        var unreadable = run("restore", "clinic", "--to", "yesterday", "--into", into.toString());
        assertThat(unreadable.status()).isEqualTo(2);
        assertThat(unreadable.err()).contains("code: restore.target-unreadable");
        var unknown = run("restore", "clinic", "--to", "latest", "--into", into.toString(), "--as", "nobody-here");
        assertThat(unknown.status()).as(unknown.said()).isEqualTo(2);
        assertThat(unknown.err()).contains("code: server.account");
        var inside = run("restore", "clinic", "--to", "latest", "--into", "repository/new");
        assertThat(inside.status()).as(inside.said()).isEqualTo(2);
        assertThat(inside.err()).contains("code: restore.directory-refused", "it lies in the repository");
        var around = run("restore", "clinic", "--to", "latest", "--into", folder.toString(), "--move-aside");
        assertThat(around.status()).as(around.said()).isEqualTo(2);
        assertThat(around.err()).contains("code: restore.directory-refused", "is in it");
        assertThat(into).doesNotExist();
    }

    @Test
    void aRestoreThatIsKilledIsCarriedOnByTheSameCommand() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            server.execute("create table t as select n, repeat(md5(n::text), 20) s from generate_series(1, 150000) n");
            backUp(server);
        }
        Files.createDirectory(into);
        Files.writeString(into.resolve("precious"), "of somebody");
        String[] command = {"restore", "clinic", "--to", "latest", "--into", into.toString(), "--move-aside"};
        var process = program.start(folder.resolve("out"), folder.resolve("err"), command);
        assertThat(new Wait(System::nanoTime).until(() -> Files.exists(into.resolve("base/1")), SOON)).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(into.resolve("muster-restore")).exists();

        var carriedOn = run(command);

        assertThat(carriedOn.status()).as(carriedOn.said()).isZero();
        assertThat(carriedOn.out()).contains("an unfinished restore of this plan, carried on from",
                "forecast     unknown: it is carried on").doesNotContain("move aside");
        assertThat(run("points", "clinic").out()).as("what was carried on measures nothing")
                .contains("How long it takes is unknown: no restore of this system");
        try (var names = Files.list(into.resolveSibling(""))) {
            assertThat(names.filter(name -> name.toString().startsWith(into + ".aside-"))).singleElement()
                    .satisfies(aside -> assertThat(aside.resolve("precious")).hasContent("of somebody"));
        }
        try (var copy = SERVERS.start(SERVERS.installation(18), Cluster.at(into))) {
            assertThat(copy.query("select count(*) from t")).containsExactly("150000");
        }
    }
}
