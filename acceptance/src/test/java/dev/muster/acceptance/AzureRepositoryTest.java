// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.store.azure.Azurite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged program with its repository in a container of Azurite. */
@EnabledIf("dev.muster.store.azure.Azurite#isAvailable")
class AzureRepositoryTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final String GUESSED = "Z3Vlc3NlZC1ieS1ub2JvZHktd2hvLWtub3dzLXRoZS1hY2NvdW50LWF0LWFsbC1sbw==";

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Program program(Map<String, String> environment, TestServer server) {
        var all = new HashMap<>(environment);
        all.put("PATH", server.installation().binDirectory() + ":"
                + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        return new Program(folder, all);
    }

    private static Program.Outcome succeeding(Program program, String... arguments) throws Exception {
        var outcome = program.run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome;
    }

    @Test
    void aDatabaseIsBackedUpStreamedAndRestoredByWayOfAContainer() throws Exception {
        try (var bucket = Azurite.start(); var server = SERVERS.fresh(18)) {
            var program = program(Map.of("AZURE_STORAGE_KEY", Azurite.KEY), server);
            server.execute("create table t as select n, repeat(md5(n::text), 40) s from generate_series(1, 20000) n");
            var postgres = "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                    + server.server().address().port() + "/postgres?sslmode=disable";
            var url = "azure://" + Azurite.ACCOUNT + "/" + Azurite.CONTAINER + "/clinic?endpoint="
                    + bucket.endpoint();
            String[] init = {"init", "--system", "clinic", "--repository", url, "--key-file", "clinic.key",
                    "--postgres", postgres};

            refuseStrangers(server, init);
            assertThat(succeeding(program, init).out()).contains("requests a day");
            assertThat(succeeding(program, init).out()).contains("Nothing to do");
            succeeding(program, "backup", "clinic");
            stream(program, server);
            restore(program, server);
            succeeding(program, "repo", "check");
        }
    }

    private void refuseStrangers(TestServer server, String... init) throws Exception {
        var stranger = program(Map.of("AZURE_STORAGE_KEY", GUESSED), server).run(init);
        assertThat(stranger.status()).as(stranger.said()).isEqualTo(1);
        assertThat(stranger.said()).contains("code: store.").doesNotContain(GUESSED);
    }

    private void stream(Program program, TestServer server) throws Exception {
        server.execute("insert into t select n, 'streamed' from generate_series(20001, 30000) n");
        var end = server.query("select pg_current_wal_lsn()").getFirst();
        var streamed = succeeding(program, "stream", "clinic", "--until-lsn", end);
        assertThat(streamed.said()).contains("stopped: all that was received");
    }

    private void restore(Program program, TestServer server) throws Exception {
        var into = SERVERS.directory().resolve("restored-from-container");
        succeeding(program, "restore", "clinic", "--to", "latest", "--into", into.toString(), "--start");
        try (var running = RunningServer.at(into, SERVERS.machine()).orElseThrow()) {
            var copy = new TestServer(server.installation(), running);
            assertThat(copy.query("select count(*) || ' ' || count(*) filter (where s = 'streamed') from t"))
                    .containsExactly("30000 10000");
            running.stop(StopMode.FAST, SOON);
        }
    }
}
