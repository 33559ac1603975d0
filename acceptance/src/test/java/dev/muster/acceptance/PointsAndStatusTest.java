// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code muster points} and {@code muster status} of real servers' systems, with the packaged program. */
class PointsAndStatusTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String MOMENT = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z";
    private static final Pattern WINDOW =
            Pattern.compile("^(?<from>" + MOMENT + ")  +(?<to>" + MOMENT + ")  ", Pattern.MULTILINE);
    private static final Pattern ALONE = Pattern.compile("^([0-9a-f]{12})  +the snapshot alone", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }

    private String done(String... arguments) throws Exception {
        var outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.out();
    }

    private JsonNode json(String... arguments) throws Exception {
        return JsonMapper.shared().readTree(done(arguments));
    }

    private void init(TestServer server) throws Exception {
        done("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key", "--postgres",
                "postgresql://postgres@" + ServerAddress.TCP_HOST + ":" + server.server().address().port()
                        + "/postgres?sslmode=disable");
        done("repo", "keys", "add", "--new-key-file", "restore.key", "--role", "restore", "--label", "reader");
    }

    /** Makes the server write log and throw it away. */
    private static void forget(TestServer server) throws Exception {
        server.execute("create table if not exists noise (n int)");
        for (var round = 0; round < 6; round++) {
            server.execute("insert into noise values (1)", "select pg_switch_wal()", "checkpoint");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void snapshotsWindowsAndGapsAreListed(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            init(server);
            assertThat(done("points", "clinic")).contains("NOTHING CAN BE RESTORED", "muster backup clinic");
            var first = json("backup", "clinic", "--reason", "before release 4.2", "--json");
            forget(server);
            var second = json("backup", "clinic", "--json");

            var points = json("points", "clinic", "--key-file", "restore.key", "--json");

            var snapshots = points.get("snapshots");
            assertThat(snapshots.size()).isEqualTo(2);
            assertThat(snapshots.get(0).get("id").asString()).isEqualTo(second.get("snapshot").asString());
            assertThat(snapshots.get(1).get("id").asString()).isEqualTo(first.get("snapshot").asString());
            assertThat(snapshots.get(1).get("reason").asString()).isEqualTo("before release 4.2");
            assertThat(snapshots.get(1).get("stop_lsn").asString()).isEqualTo(first.get("stop_lsn").asString());
            assertThat(snapshots.get(1).get("restorable").asBoolean()).isTrue();
            assertThat(snapshots.get(1).get("version").asInt() / 10_000).isEqualTo(major);
            assertThat(points.get("windows").size()).isEqualTo(2);
            assertThat(Instant.parse(points.get("windows").get(0).get("from").asString()))
                    .isBefore(points.get("windows").get(1).get("from").asString().transform(Instant::parse));
            assertThat(points.get("gaps").size()).isEqualTo(1);
            assertThat(points.get("gaps").get(0).get("from_lsn").asString())
                    .isEqualTo(points.get("windows").get(0).get("to_lsn").asString());
            assertThat(points.get("notes").size()).isZero();
            assertThat(done("points", "clinic")).containsSubsequence("snapshot", "reason=before release 4.2",
                    "Every moment in these windows", "the snapshot alone", "Gaps:");
        }
    }

    @Test
    void whatPointsPrintsRestoreTakes() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            init(server);
            done("backup", "clinic");
            forget(server);
            done("backup", "clinic");
            for (var snapshot : json("points", "clinic", "--json").get("snapshots").valueStream().toList()) {
                requirePlanned(snapshot.get("id").asString());
            }
            requirePlanned("latest");
            var alone = ALONE.matcher(done("points", "clinic")).results().map(found -> found.group(1)).toList();
            assertThat(alone).hasSize(2);
            requirePlanned(alone.getFirst());
        }
    }

    @Test
    void aSystemWithoutAReceiverMissesItsObjectiveAndSaysWhy() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            init(server);
            var empty = run("status");
            assertThat(empty.status()).as(empty.said()).isEqualTo(4);
            assertThat(empty.out()).containsSubsequence("clinic: OBJECTIVE MISSED",
                    "EVERYTHING: nothing can be restored",
                    "never measured", "none: muster backup clinic", "There is no snapshot");
            done("backup", "clinic");

            var loose = run("status", "clinic", "--config", objective("rpo: 1d"), "--key-file", "restore.key");
            assertThat(loose.status()).as(loose.said()).isZero();
            assertThat(loose.out()).containsSubsequence("clinic: protected", "RPO now", "at most", "met",
                    "WAL receiver  not on this host",
                    "stored WAL    to ", " of timeline 1, begun on ", " ago)", "No restore was ever tested");
            assertThat(run("status", "--config", objective("rpo: 1d\n      rotate-keys: 90d")).status()).isZero();
            var old = run("status", "--config", objective("rpo: 1d\n      rotate-keys: 1ms"));
            assertThat(old.status()).as(old.said()).isEqualTo(4);
            assertThat(old.out()).containsSubsequence("clinic: OBJECTIVE MISSED", "epoch 1, begun ", " ago)",
                    "DUE: muster repo keys rotate");
            var strict = run("status", "--config", objective("rpo: 1ms"), "--json");
            assertThat(strict.status()).as(strict.said()).isEqualTo(4);
            var row = JsonMapper.shared().readTree(strict.out()).get("systems").get(0);
            assertThat(row.get("objectives_met").asBoolean()).isFalse();
            assertThat(row.get("rpo").get("state").asString()).isEqualTo("unknown-at-most");
            assertThat(row.get("rpo").get("seconds").asDouble()).isPositive();
            assertThat(row.get("receiver").isNull()).isTrue();
            assertThat(row.get("keys").get("met").asBoolean()).as("nothing is promised of the keys").isTrue();
            var stored = row.get("stored_wal").get(0);
            assertThat(stored.get("to_lsn").asString()).matches("[0-9A-F]+/[0-9A-F]+");
            assertThat(stored.get("timeline").asInt()).isEqualTo(1);
            assertThat(stored.get("age_seconds").asDouble()).isBetween(0.0, 600.0);
            assertThat(stored.get("restorable").asBoolean()).isTrue();
            assertThat(run("status", "--config", "other.yaml").out()).containsSubsequence("NOT SHOWN TO BE PROTECTED",
                    "not shown to be met", "An idle server looks the same");
            assertThat(row.get("snapshots").get("count").asInt()).isEqualTo(1);
        }
    }

    @Test
    void aReceiverThatRunsMeetsTheObjectiveUntilItIsKilled() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            init(server);
            var receiver =
                    new Program(folder).start(folder.resolve("stream.out"), folder.resolve("stream.err"), "stream",
                            "clinic");
            try {
                assertThat(new Wait(System::nanoTime).until(() -> run("status").out().contains("streaming"), SOON))
                        .as(Files.readString(folder.resolve("stream.err"))).isTrue();
                assertThat(done("backup", "clinic")).contains("brought by the WAL receiver", "or any later moment")
                        .doesNotContain("No WAL receiver is running");
                server.execute("create table visits as select generate_series(1, 1000) n");
                var commit = Instant.now();
                server.execute("select pg_switch_wal()");
                assertThat(new Wait(System::nanoTime).until(() -> isReached(commit), SOON)).as("restorable").isTrue();

                var window = json("points", "clinic", "--json").get("windows").get(0);
                requirePlanned(window.get("from").asString());
                requirePlanned(window.get("to").asString());
                var printed = WINDOW.matcher(done("points", "clinic"));
                assertThat(printed.find()).isTrue();
                requirePlanned(printed.group("from"));
                requirePlanned(printed.group("to"));

                var protectedNow = run("status", "--key-file", "restore.key");
                assertThat(protectedNow.status()).as(protectedNow.said()).isZero();
                assertThat(protectedNow.out()).containsSubsequence("clinic: protected", "RPO now", "met", "streaming",
                        "do not wait for the receiver", "No restore was ever tested");
                var row = json("status", "--json").get("systems").get(0);
                assertThat(row.get("rpo").get("state").asString()).isEqualTo("measured");
                assertThat(row.get("receiver").get("running").asBoolean()).isTrue();
            } finally {
                receiver.destroyForcibly().waitFor();
            }
            var elsewhere = run("status", "--config", elsewhere(), "--key-file", "restore.key");
            assertThat(elsewhere.out()).containsSubsequence("RPO now", "at most", "WAL receiver  not on this host",
                    "stored WAL    to ", "received ");
            var killed = run("status", "--config", objective("rpo: 1ms"));
            assertThat(killed.status()).as(killed.said()).isEqualTo(4);
            assertThat(killed.out()).containsSubsequence("OBJECTIVE MISSED", "WAL receiver  NOT RUNNING");
        }
    }

    private void requirePlanned(String target) throws Exception {
        assertThat(done("restore", "clinic", "--to", target, "--into",
                SERVERS.directory().resolve("restored").toString(), "--plan")).contains("stops");
    }

    private boolean isReached(Instant moment) throws Exception {
        var windows = json("points", "clinic", "--json").get("windows");
        assertThat(windows.size()).isEqualTo(1);
        return Instant.parse(windows.get(0).get("to").asString()).isAfter(moment);
    }

    @Test
    void aRepositoryThatIsAwayIsSaidAndDoesNotHideOtherSystems() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            init(server);
            done("backup", "clinic");
            var text = Files.readString(folder.resolve("muster.yaml"));
            Files.writeString(folder.resolve("two.yaml"), text + """
                      praxis:
                        postgres: postgresql://db/praxis
                        repository:
                          url: file:///nowhere/at/all
                          key-file: clinic.key
                    """.indent(0));
            var outcome = run("status", "--config", "two.yaml");
            assertThat(outcome.status()).as(outcome.said()).isEqualTo(1);
            assertThat(outcome.out()).containsSubsequence("clinic: ", "last snapshot", "praxis: CANNOT BE LOOKED AT",
                    "store.absent");
        }
    }

    /** The configuration of a host that shares nothing with this one but the repository. */
    private String elsewhere() throws Exception {
        var text = Files.readString(folder.resolve("muster.yaml"));
        Files.writeString(folder.resolve("elsewhere.yaml"), "state: other-host\n" + text);
        return "elsewhere.yaml";
    }

    /** The configuration with this RPO. */
    private String objective(String rpo) throws Exception {
        var text = Files.readString(folder.resolve("muster.yaml"));
        Files.writeString(folder.resolve("other.yaml"), text.replaceFirst("rpo: 1m", rpo));
        return "other.yaml";
    }
}
