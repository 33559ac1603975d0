// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** When servers end, and how those that do not are found again. */
class LifetimeTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Machine machine = TestMachine.here();

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"}) // A build in the background of a shell hears no INT, nor do its children.
    void aBoundServerEndsWithItsProgramHoweverThatEnds(String signal) throws Exception {
        var cluster = cluster();
        var program = start(cluster, Lifetime.BOUND);
        var pid = Long.parseLong(program.inputReader().readLine());
        var server = RunningServer.at(cluster.dataDirectory(), machine).orElseThrow();
        assertThat(server.pid()).isEqualTo(pid);

        new ProcessBuilder("kill", "-s", signal, Long.toString(program.pid())).start().waitFor();
        assertThat(program.waitFor(SOON)).as("it ends").isTrue();

        server.await(EnumSet.of(ServerState.STOPPED), SOON);
        assertThat(server.isAlive()).isFalse();
        assertThat(Files.exists(cluster.dataDirectory().resolve("postmaster.pid"))).as("it stopped in order").isFalse();
        server.close();
    }

    @Test
    void aServerThatOutlivesItsProgramIsFoundAgainAndStopped() throws Exception {
        var cluster = cluster();
        var program = start(cluster, Lifetime.OUTLIVES);
        var pid = Long.parseLong(program.inputReader().readLine());

        program.destroyForcibly().waitFor();
        var server = RunningServer.at(cluster.dataDirectory(), machine).orElseThrow();

        assertThat(server.pid()).isEqualTo(pid);
        assertThat(server.awaitReady(SOON)).isEqualTo(ServerState.READY);
        assertThat(new TestServer(SERVERS.installation(18), server).query("select 1")).containsExactly("1");
        assertThat(server.log().tail(10)).extracting(LogLine::text)
                .contains("database system is ready to accept connections");
        server.stop(StopMode.FAST, SOON);
        server.close();
        assertThat(server.state()).isEqualTo(ServerState.STOPPED);
        assertThat(server.exitStatus()).isEmpty();
        assertThat(server.address().socketDirectory()).doesNotExist();
        assertThat(RunningServer.at(cluster.dataDirectory(), machine)).isEmpty();
    }

    @Test
    void closingAServerThatOutlivesUsLeavesItRunning() throws Exception {
        var cluster = cluster();
        var options = StartOptions.defaults().with(Lifetime.OUTLIVES);
        var server = SERVERS.start(SERVERS.installation(18), cluster, options).server();

        server.close();

        assertThat(server.isAlive()).isTrue();
        assertThat(server.address().socketFile()).exists();
        server.killHard();
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void aPidFileThatNamesAnotherProcessNamesNoServer() throws Exception {
        var cluster = cluster();
        var file = cluster.dataDirectory().resolve("postmaster.pid");
        Files.writeString(file, ProcessHandle.current().pid() + "\n" + cluster.dataDirectory()
                + "\n1700000000\n5432\n/tmp\n\n  123  456\nready   \n");

        assertThat(RunningServer.at(cluster.dataDirectory(), machine)).isEmpty();
    }

    @Test
    void aServerOfAnotherDirectoryIsNotTakenForThisOnes() throws Exception {
        var cluster = cluster();
        try (var other = SERVERS.fresh(18)) {
            Files.copy(other.server().cluster().dataDirectory().resolve("postmaster.pid"),
                    cluster.dataDirectory().resolve("postmaster.pid"));

            assertThat(RunningServer.at(cluster.dataDirectory(), machine)).isEmpty();
        }
    }

    @Test
    void aStalePidFileIsNotTakenForAServerThatIsReady() throws Exception {
        var test = SERVERS.fresh(18);
        test.server().killHard();
        var stale = test.server().cluster();
        assertThat(stale.dataDirectory().resolve("postmaster.pid")).content().contains("ready");

        try (var again = SERVERS.start(test.installation(), stale)) {
            assertThat(again.server().pid()).isNotEqualTo(test.server().pid());
            assertThat(again.query("select 1")).containsExactly("1");
        }
    }

    private Process start(Cluster cluster, Lifetime lifetime) throws Exception {
        return TestProgram.start(ServerProgram.class, SERVERS.installation(18).binDirectory().toString(),
                cluster.dataDirectory().toString(), lifetime.name());
    }

    private static Cluster cluster() throws Exception {
        return SERVERS.cluster(SERVERS.installation(18),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
    }
}
