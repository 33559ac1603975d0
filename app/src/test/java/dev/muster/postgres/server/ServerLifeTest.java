// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers from their first moment to their last. */
class ServerLifeTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration BRIEFLY = Duration.ofMillis(300);

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aNewServerKeepsWhatItWasGiven(int major) throws Exception {
        try (var server = SERVERS.fresh(major, Settings.none().with("search_path", "\"it's \\ here\", public"))) {
            server.execute("create table ship (name text)", "insert into ship values ('Batavia')");

            assertThat(server.query("select name from ship")).containsExactly("Batavia");
            assertThat(server.query("show server_version_num").getFirst()).startsWith(Integer.toString(major));
            assertThat(server.query("show fsync")).containsExactly("on");
            assertThat(server.query("show full_page_writes")).containsExactly("on");
            assertThat(server.query("show data_checksums")).containsExactly("on");
            assertThat(server.query("show search_path")).containsExactly("\"it's \\ here\", public");
            assertThat(server.installation().version().major()).isEqualTo(major);
            assertThat(server.server().state()).isEqualTo(ServerState.READY);
            assertThat(server.server().log().tail(50)).extracting(LogLine::text)
                    .contains("database system is ready to accept connections");
            assertThat(server.server().log().tail(50)).allMatch(line -> line.time().isPresent());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoppedServerHasEndedAndLeftNothingBehind(StopMode mode) throws Exception {
        var test = SERVERS.fresh(18);
        var server = test.server();
        var processes = server.processes();
        test.execute("create table t (n int)", "insert into t values (7)");

        server.stop(mode, SOON);

        assertThat(processes).hasSizeGreaterThan(3).noneMatch(ServerLifeTest::isRunning);
        assertThat(server.isAlive()).isFalse();
        assertThat(server.state()).isEqualTo(ServerState.STOPPED);
        assertThat(server.exitStatus()).hasValue(0);
        assertThat(server.log().tail(1).getFirst().text()).isEqualTo("database system is shut down");
        server.close();
        assertThat(server.address().socketDirectory()).doesNotExist();
        try (var again = SERVERS.start(test.installation(), server.cluster())) {
            assertThat(again.query("select n from t")).containsExactly("7");
        }
    }

    @Test
    void aSmartStopWaitsForTheClients() throws Exception {
        try (var test = SERVERS.fresh(17)) {
            try (var client = test.connect()) {
                assertThat(client.isValid(1)).isTrue();
                assertThatThrownBy(() -> test.server().stop(StopMode.SMART, BRIEFLY))
                        .isInstanceOf(ServerFault.StopTooSlow.class);
                assertThat(test.server().await(EnumSet.of(ServerState.STOPPING), SOON))
                        .isEqualTo(ServerState.STOPPING);
            }

            test.server().stop(StopMode.SMART, SOON);

            assertThat(test.server().isAlive()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aHardKillLeavesNoProcessAndTheNextStartRecovers(int major) throws Exception {
        var test = SERVERS.fresh(major);
        test.execute("create table t (n int)");
        var processes = killInTheMiddleOfWork(test);

        assertThat(processes).hasSizeGreaterThan(6).noneMatch(ServerLifeTest::isRunning);
        assertThat(test.server().state()).isEqualTo(ServerState.STOPPED);
        try (var again = SERVERS.start(test.installation(), test.server().cluster())) {
            assertThat(again.query("select n from t")).containsExactly("1");
            assertThat(again.server().log().tail(100)).extracting(LogLine::text)
                    .anyMatch(text -> text.startsWith("database system was not properly shut down"));
        }
    }

    private static List<Long> killInTheMiddleOfWork(TestServer test) throws Exception {
        try (var busy = test.connect(); var other = test.connect(); var insert = busy.createStatement()) {
            insert.execute("insert into t values (1)");
            busy.setAutoCommit(false);
            insert.execute("insert into t values (2)");
            assertThat(other.isValid(1)).isTrue();
            var processes = test.server().processes();
            test.server().killHard();
            return processes;
        }
    }

    @Test
    void aHardKillTakesTheProgramsOfTheServerToo() throws Exception {
        var hanging = Settings.none().with("archive_mode", "on").with("archive_command", "sleep 3600");
        var test = SERVERS.fresh(16, hanging);
        test.execute("create table t (n int)", "select pg_switch_wal()");
        var sleeping = SERVERS.machine()
                .waiting()
                .until(() -> test.server()
                        .processes()
                        .stream()
                        .anyMatch(pid -> commandOf(pid).equals("sleep")), SOON);
        var processes = test.server().processes();

        test.server().killHard();

        assertThat(sleeping).isTrue();
        assertThat(processes).noneMatch(ServerLifeTest::isRunning);
    }

    @Test
    void aServerThatIsClosedStopsEvenWhenItsThreadIsInterrupted() throws Exception {
        var test = SERVERS.fresh(18);

        Thread.currentThread().interrupt();
        test.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(test.server().isAlive()).isFalse();
    }

    @Test
    void aPortThatSomebodyHasIsAClearFault() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(15), plain());
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var options = StartOptions.defaults().with(new Listen.FixedPort(taken.getLocalPort()));

            assertThatThrownBy(() -> SERVERS.launch(SERVERS.installation(15), cluster, options))
                    .isInstanceOf(ServerFault.PortTaken.class)
                    .hasMessageContaining("could not create any TCP/IP sockets");
        }
    }

    @Test
    void aPortThatSomebodyTakesFirstIsChangedForAnother() throws Exception {
        var installation = SERVERS.installation(18);
        var cluster = SERVERS.cluster(installation, plain());
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var free = StartServer.freePort();
            var ports = List.of(taken.getLocalPort(), taken.getLocalPort(), free).iterator();
            var start = new StartServer(SERVERS.machine(), SERVERS.account(), ports::next);

            try (var server = start.start(installation, cluster, StartOptions.defaults().with(new Listen.AnyPort()))) {
                server.awaitReady(SOON);
                assertThat(server.address().port()).isEqualTo(free);
            }
        }
    }

    @Test
    void aServerOnItsSocketOnlyHasNoPort() throws Exception {
        var installation = SERVERS.installation(18);
        try (var test = SERVERS.start(installation, SERVERS.cluster(installation, plain()),
                StartOptions.defaults())) {
            assertThat(test.server().address().tcp()).isFalse();
            assertThat(test.query("show listen_addresses")).containsExactly("");
        }
    }

    @Test
    void dataOfAnotherVersionIsRefused() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(17), plain());

        assertThatThrownBy(() -> SERVERS.launch(SERVERS.installation(18), cluster, StartOptions.defaults()))
                .isInstanceOf(ServerFault.VersionMismatch.class)
                .hasMessageContaining("A data directory of PostgreSQL 17 cannot be opened by PostgreSQL 18");
    }

    @Test
    void aDirectoryThatIsNoClusterIsRefused() throws Exception {
        assertThatThrownBy(() -> Cluster.at(SERVERS.directory())).isInstanceOf(ServerFault.NotACluster.class);
    }

    @Test
    void aConfigurationThatTheServerRefusesIsQuotedInTheFault() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(18),
                plain().with(Settings.none().with("wal_compression", "brotli")));

        assertThatThrownBy(() -> SERVERS.launch(SERVERS.installation(18), cluster, StartOptions.defaults()))
                .isInstanceOf(ServerFault.ConfigurationRefused.class)
                .hasMessageContaining("postgresql.conf");
    }

    @Test
    void aClusterWithoutItsConfigurationIsAClearFault() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(18), plain());
        Files.delete(cluster.dataDirectory().resolve("postgresql.conf"));

        assertThatThrownBy(() -> SERVERS.launch(SERVERS.installation(18), cluster, StartOptions.defaults()))
                .isInstanceOf(ServerFault.ConfigurationMissing.class);
    }

    @Test
    void aSecondServerOnTheSameDataIsRefusedAndTheFirstLivesOn() throws Exception {
        try (var first = SERVERS.fresh(18)) {
            assertThatThrownBy(() -> SERVERS.launch(first.installation(), first.server().cluster(),
                    StartOptions.defaults())).isInstanceOf(ServerFault.AlreadyRunning.class);

            assertThat(first.query("select 1")).containsExactly("1");
            assertThat(first.server().state()).isEqualTo(ServerState.READY);
        }
    }

    @Test
    void aServerSeesNothingOfOurEnvironmentButWhatItIsGiven() throws Exception {
        var installation = SERVERS.installation(18);
        var options = StartOptions.defaults().withEnvironment(Map.of("MUSTER_GIVEN", "yes"));
        try (var test = SERVERS.start(installation, SERVERS.cluster(installation, plain()), options)) {
            var environment = Files.readString(Path.of("/proc/" + test.server().pid() + "/environ"));

            assertThat(List.of(environment.split("\0", -1))).extracting(variable -> variable.replaceFirst("=.*", ""))
                    .contains("PATH", "MUSTER_GIVEN")
                    .doesNotContain("HOME", "JAVA_HOME", "USER", "MAVEN_CMD_LINE_ARGS");
        }
    }

    @Test
    void aServerIsInASessionOfItsOwn() throws Exception {
        try (var test = SERVERS.fresh(18)) {
            var stat = Files.readString(Path.of("/proc/" + test.server().pid() + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);

            assertThat(fields[2]).as("process group").isEqualTo(Long.toString(test.server().pid()));
            assertThat(fields[3]).as("session").isEqualTo(Long.toString(test.server().pid()));
        }
    }

    @Test
    void aPasswordIsAskedForWhereItWasSet() throws Exception {
        var installation = SERVERS.installation(18);
        var secret = new Authentication.Password("Zee~wind'1", false);
        var cluster = SERVERS.cluster(installation, ClusterOptions.defaults(secret).unsynced());
        try (var test = SERVERS.start(installation, cluster)) {
            assertThatThrownBy(test::connect).hasMessageContaining("password");
            try (var connection = DriverManager
                    .getConnection(test.jdbcUrl("postgres") + "&password=Zee~wind'1")) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
        assertThat(secret).asString().doesNotContain("Zee");
    }

    @Test
    void whatInitdbIsToldIsWhatTheClusterIs() throws Exception {
        var installation = SERVERS.installation(18);
        var options = plain().withChecksums(false).withWalSegmentMegabytes(1);
        try (var test = SERVERS.start(installation, SERVERS.cluster(installation, options))) {
            assertThat(test.query("show data_checksums")).containsExactly("off");
            assertThat(test.query("show wal_segment_size")).containsExactly("1MB");
        }
    }

    @Test
    void aNewClusterNeedsAnEmptyDirectory() throws Exception {
        var directory = SERVERS.directory();
        Files.writeString(directory.resolve("precious"), "data");

        assertThatThrownBy(() -> new CreateCluster(SERVERS.machine(), SERVERS.account())
                .create(SERVERS.installation(18), directory, plain())).isInstanceOf(ServerFault.DirectoryTaken.class);
        assertThat(directory.resolve("precious")).hasContent("data");
    }

    private static ClusterOptions plain() {
        return ClusterOptions.defaults(new Authentication.Trust()).unsynced();
    }

    private static String commandOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().command())
                .map(command -> Path.of(command).getFileName().toString())
                .orElse("");
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).filter(ServerProcesses::isAlive).isPresent();
    }
}
