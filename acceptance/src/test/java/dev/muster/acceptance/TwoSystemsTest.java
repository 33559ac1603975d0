// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Two systems, each a cluster of its own, in one repository. */
class TwoSystemsTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void eachHasItsOwnBackupsAndIsRestoredToItsOwnRows() throws Exception {
        String stored;
        Program program;
        try (var clinic = SERVERS.fresh(18); var second = SERVERS.fresh(18)) {
            clinic.execute("create table t as select 'clinic' s");
            second.execute("create table t as select 'second' s");
            program = new Program(folder, Map.of("PATH", clinic.installation().binDirectory() + ":"
                    + System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
            ok(program, "init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                    "--postgres", address(clinic));
            var file = folder.resolve("muster.yaml");
            Files.writeString(file, Files.readString(file).replace("\n  clinic:",
                    "\n  second:\n    postgres: " + address(second) + "\n  clinic:"));
            ok(program, "repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
            stored = snapshot(program, "clinic", "clinic.key");
            assertThat(snapshot(program, "second", "db1.key")).isNotEqualTo(stored);
            assertSwappedIsRefused(program, file, clinic, second);
        }
        assertRestored(program, "clinic");
        assertRestored(program, "second");
        assertThat(ok(program, "status", "clinic", "--json").out()).contains(stored);
        assertThat(ok(program, "status", "second", "--json").out()).doesNotContain(stored);
        ok(program, "repo", "check");
    }

    /** Backs up; the id of the system's only snapshot. */
    private static String snapshot(Program program, String system, String key) throws Exception {
        ok(program, "backup", system, "--key-file", key);
        var snapshots = JsonMapper.shared().readTree(ok(program, "points", system, "--json").out()).get("snapshots");
        assertThat(snapshots.size()).isEqualTo(1);
        return snapshots.get(0).get("id").asString();
    }

    private static void assertSwappedIsRefused(Program program, Path file, TestServer clinic, TestServer second)
            throws Exception {
        var right = Files.readString(file);
        Files.writeString(file, right.replace(address(clinic), address(second)));
        var refused = program.run("backup", "clinic");
        Files.writeString(file, right);
        assertThat(refused.status()).as(refused.said()).isEqualTo(1);
        assertThat(refused.err()).contains("code: receiver.foreign-system");
    }

    private static void assertRestored(Program program, String system) throws Exception {
        var into = SERVERS.directory().resolve("restored-" + system);
        ok(program, "restore", system, "--to", "latest", "--into", into.toString(), "--start");
        try (var running = RunningServer.at(into, SERVERS.machine()).orElseThrow()) {
            assertThat(new TestServer(SERVERS.installation(18), running).query("select s from t"))
                    .containsExactly(system);
            running.stop(StopMode.FAST, SOON);
        }
    }

    private static Program.Outcome ok(Program program, String... arguments) throws Exception {
        var outcome = program.run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome;
    }

    private static String address(TestServer server) {
        return "postgresql://postgres@" + ServerAddress.TCP_HOST + ":" + server.server().address().port()
                + "/postgres?sslmode=disable";
    }
}
