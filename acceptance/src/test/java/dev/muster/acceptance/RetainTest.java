// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code muster retain} with the packaged program, over backups and the WAL of a real server. */
class RetainTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Program program;
    private String released = "";

    @BeforeEach
    void choose() {
        program = new Program(folder);
    }

    @Test
    void whatThePolicyDoesNotKeepGoesWithItsWalAndWhatItKeepsIsRestored() throws Exception {
        List<String> backups = new ArrayList<>();
        try (TestServer server = SERVERS.fresh(18)) {
            init(server);
            Process receiver = program.start(folder.resolve("stream.out"), folder.resolve("stream.err"), "stream",
                    "clinic");
            try {
                for (String tag : List.of("a=1", "pre-deploy=7", "case=9")) {
                    backups.add(backup(server, tag));
                }
                String planned = isPlanned(backups);
                backups.add(backup(server, "a=2"));
                isApplied(backups, planned);
            } finally {
                receiver.destroy();
                assertThat(receiver.waitFor(SOON)).isTrue();
            }
        }
        isDeleted();
        isRestored(backups.get(1));
    }

    private void init(TestServer server) throws Exception {
        program = new Program(folder, Map.of("PATH", server.installation().binDirectory() + ":"
                + System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
        server.execute("create table t (n int)");
        done("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key", "--postgres",
                "postgresql://postgres@" + ServerAddress.TCP_HOST + ":" + server.server().address().port()
                        + "/postgres?sslmode=disable");
        done("repo", "keys", "add", "--new-key-file", "reap.key", "--role", "reap", "--label", "nightly");
        Path configuration = folder.resolve("muster.yaml");
        Files.writeString(configuration, Files.readString(configuration) + """
                    retention:
                      keep-within: 1s
                      window: 0
                      tags:
                        pre-deploy: 90d
                """);
    }

    /** With a row of its own, and WAL behind it that nothing but a window needs. */
    private String backup(TestServer server, String tag) throws Exception {
        server.execute("insert into t select count(*) from t");
        String id = json("backup", "clinic", "--tag", tag, "--json").get("snapshot").asString();
        for (int segment = 0; segment < 3; segment++) {
            server.execute("insert into t select n from t where false",
                    "select pg_logical_emit_message(false, 'a', 'b')",
                    "select pg_switch_wal()");
        }
        return id;
    }

    /** Returns the plan's id. */
    private String isPlanned(List<String> backups) throws Exception {
        done("retain", "hold", backups.getLast().substring(0, 12), "--reason", "case 2026-9", "--key-file", "reap.key");
        JsonNode plan = json("retain", "--plan", "--json").get(0);
        assertThat(going(plan)).as(plan.toPrettyString()).containsExactly(backups.getFirst());
        assertThat(because(plan, backups.get(0))).contains("more than 1s older than the newest");
        assertThat(because(plan, backups.get(1))).contains("tag pre-deploy: 90d");
        assertThat(because(plan, backups.get(2))).contains("held: case 2026-9", "the newest of postgres");
        assertThat(plan.at("/wal/0/releases").size()).as(plan.toPrettyString()).isPositive();
        return plan.get("plan").asString();
    }

    private void isApplied(List<String> backups, String planned) throws Exception {
        Program.Outcome changed =
                run("retain", "clinic", "--apply", "--as-planned", planned, "--key-file", "reap.key");
        assertThat(changed.status()).as("there is another backup since: %s", changed.said()).isOne();
        assertThat(changed.err()).contains("retain.changed");
        JsonNode applied = json("retain", "--apply", "--key-file", "reap.key", "--json").get(0);
        assertThat(going(applied)).containsExactly(backups.getFirst());
        JsonNode releases = applied.at("/wal/0/releases");
        assertThat(releases.size()).as("before the first that stays, and behind it: %s", releases).isGreaterThan(1);
        released = releases.get(releases.size() - 1).get("end").asString();
        JsonNode points = json("points", "clinic", "--json");
        assertThat(points.get("snapshots").valueStream().map(each -> each.get("id").asString()))
                .containsExactly(backups.get(3), backups.get(2), backups.get(1));
        assertThat(points.get("gaps").size()).as("what was released is no gap: %s", points).isZero();
    }

    /** Both halves of gc; what it deletes was released or expired. */
    private void isDeleted() throws Exception {
        long before = walBytes();
        for (int half = 0; half < 2; half++) {
            done("repo", "gc", "--apply", "--key-file", "reap.key");
            age();
        }
        assertThat(walBytes()).isLessThan(before);
        done("repo", "check");
    }

    private void isRestored(String snapshot) throws Exception {
        Path into = SERVERS.directory().resolve("restored");
        Program.Outcome gone = run("restore", "clinic", "--to", "lsn:" + released, "--into", into.toString(), "--plan");
        assertThat(gone.status()).as(gone.said()).isEqualTo(2);
        assertThat(gone.err()).contains("the WAL there was released by retention");
        JsonNode restored = json("restore", "clinic", "--to", snapshot, "--into", into.toString(), "--start", "--json");
        assertThat(restored.at("/plan/snapshot_id").asString()).isEqualTo(snapshot);
        try (RunningServer running = RunningServer.at(into, SERVERS.machine()).orElseThrow()) {
            TestServer copy = new TestServer(SERVERS.installation(18), running);
            assertThat(copy.query("select count(*) from t")).containsExactly("2");
            running.stop(StopMode.FAST, SOON);
        }
    }

    private static List<String> going(JsonNode plan) {
        return plan.get("snapshots").valueStream().filter(each -> !each.get("stays").asBoolean())
                .map(each -> each.get("id").asString()).toList();
    }

    private static String because(JsonNode plan, String snapshot) {
        return plan.get("snapshots").valueStream().filter(each -> each.get("id").asString().equals(snapshot))
                .map(each -> each.get("because").toString()).findFirst().orElseThrow();
    }

    private long walBytes() throws IOException {
        try (var objects = Files.walk(folder.resolve("repository/wal"))) {
            return objects.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
        }
    }

    /** Makes everything in the store look as if it had been put more than a day earlier than it was. */
    private void age() throws IOException {
        try (var objects = Files.walk(folder.resolve("repository"))) {
            for (Path object : objects.filter(Files::isRegularFile).toList()) {
                Instant stamped = Files.getLastModifiedTime(object).toInstant();
                Files.setLastModifiedTime(object, FileTime.from(stamped.minus(Duration.ofHours(26))));
            }
        }
    }

    private Program.Outcome run(String... arguments) throws Exception {
        return program.run(arguments);
    }

    private String done(String... arguments) throws Exception {
        Program.Outcome outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.out();
    }

    private JsonNode json(String... arguments) throws Exception {
        return JsonMapper.shared().readTree(done(arguments));
    }
}
