// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.store.s3.S3Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged program with its repository in a bucket of a real server. */
class S3RepositoryTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

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
    void aDatabaseIsBackedUpStreamedAndRestoredByWayOfABucket() throws Exception {
        var owner = S3Proxy.OWNER;
        try (var server = SERVERS.fresh(18)) {
            var program = program(Map.of("AWS_ACCESS_KEY_ID", owner.keyId(), "AWS_SECRET_ACCESS_KEY",
                    owner.secretKey()), server);
            try (var bucket = S3Proxy.start()) {
                useBucket(program, server, bucket.endpoint().toString());
            }
            restore(program, server, "restored-from-copy", "--repository", "copied", "--key-file", "clinic.key");
        }
    }

    private void useBucket(Program program, TestServer server, String endpoint) throws Exception {
        server.execute("create table t as select n, repeat(md5(n::text), 40) s from generate_series(1, 20000) n");
        var postgres = "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                + server.server().address().port() + "/postgres?sslmode=disable";
        var url = "s3://" + S3Proxy.BUCKET + "/clinic?endpoint=" + endpoint;
        String[] init = {"init", "--system", "clinic", "--repository", url, "--key-file", "clinic.key",
                "--postgres", postgres};

        refuseStrangers(server, init);
        assertThat(succeeding(program, init).out()).contains("requests a day");
        assertThat(succeeding(program, init).out()).contains("Nothing to do");
        succeeding(program, "backup", "clinic");
        stream(program, server);
        restore(program, server, "restored-from-bucket");
        succeeding(program, "repo", "check");
        assertThat(succeeding(program, "repo", "copy", "--to", "copied").out()).contains("All of repository");
    }

    private void refuseStrangers(TestServer server, String... init) throws Exception {
        var stranger = program(Map.of("AWS_ACCESS_KEY_ID", "nobody", "AWS_SECRET_ACCESS_KEY", "guessed-by-nobody"),
                server).run(init);
        assertThat(stranger.status()).as(stranger.said()).isEqualTo(1);
        assertThat(stranger.said()).contains("code: store.").doesNotContain("guessed-by-nobody");
    }

    private void stream(Program program, TestServer server) throws Exception {
        server.execute("insert into t select n, 'streamed' from generate_series(20001, 30000) n");
        var end = server.query("select pg_current_wal_lsn()").getFirst();
        var streamed = succeeding(program, "stream", "clinic", "--until-lsn", end);
        assertThat(streamed.said()).contains("stopped: all that was received");
    }

    private void restore(Program program, TestServer server, String name, String... from) throws Exception {
        var into = SERVERS.directory().resolve(name);
        var arguments = new ArrayList<>(
                List.of("restore", "clinic", "--to", "latest", "--into", into.toString(), "--start"));
        arguments.addAll(List.of(from));
        succeeding(program, arguments.toArray(String[]::new));
        try (var running = RunningServer.at(into, SERVERS.machine()).orElseThrow()) {
            var copy = new TestServer(server.installation(), running);
            assertThat(copy.query("select count(*) || ' ' || count(*) filter (where s = 'streamed') from t"))
                    .containsExactly("30000 10000");
            running.stop(StopMode.FAST, SOON);
        }
    }
}
