// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that recover from an archive before they are ready, or instead. */
class RecoveryTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    /**
     * A cold copy of a cluster, and an archive with the WAL that was written since, up to a restore point named
     * "before" and beyond.
     */
    private record Copy(Installation installation, Cluster cluster, Path archive) {

        Settings restoring() {
            return Settings.none().with("restore_command", "cp " + archive + "/%f %p")
                    .with("recovery_target_name", "before");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aRecoveryToItsTargetEndsReady(int major) throws Exception {
        var copy = copy(major, "recovery.signal");
        assertThat(copy.cluster().awaitsRecovery()).isTrue();
        var options = StartOptions.defaults()
                .with(copy.restoring().with("recovery_target_action", "promote").with("hot_standby", "off"));

        var server = SERVERS.launch(copy.installation(), copy.cluster(), options);

        assertThat(server.awaitReady(SOON)).isEqualTo(ServerState.READY);
        assertThat(new TestServer(copy.installation(), server).query("select n from t")).containsExactly("1");
        assertThat(copy.cluster().awaitsRecovery()).isFalse();
        assertThat(server.log().tail(100)).extracting(LogLine::text)
                .anyMatch(text -> text.startsWith("recovery stopping at restore point \"before\""));
        server.close();
    }

    @Test
    void aRecoveryThatPausesAtItsTargetIsAStandbyUntilItIsTold() throws Exception {
        var copy = copy(18, "recovery.signal");
        var options = StartOptions.defaults()
                .with(copy.restoring().with("recovery_target_action", "pause").with("hot_standby", "on"));
        try (var test = SERVERS.start(copy.installation(), copy.cluster(), options)) {
            assertThat(test.server().state()).isEqualTo(ServerState.STANDBY);
            assertThat(test.query("select pg_is_in_recovery()")).containsExactly("t");

            var paused = SERVERS.machine().waiting().until(
                    () -> test.query("select pg_get_wal_replay_pause_state()").equals(List.of("paused")), SOON);
            test.execute("select pg_wal_replay_resume()");

            assertThat(paused).isTrue();
            assertThat(test.server().await(EnumSet.of(ServerState.READY), SOON)).isEqualTo(ServerState.READY);
        }
    }

    @Test
    void aRecoveryThatShutsDownAtItsTargetIsWaitedForToItsEnd() throws Exception {
        var copy = copy(17, "recovery.signal");
        var options = StartOptions.defaults()
                .with(copy.restoring().with("recovery_target_action", "shutdown").with("hot_standby", "off"));
        var server = SERVERS.launch(copy.installation(), copy.cluster(), options);

        assertThat(server.await(EnumSet.of(ServerState.STOPPED), SOON)).isEqualTo(ServerState.STOPPED);

        assertThat(server.exitStatus()).hasValue(0);
        assertThat(server.log().tail(100)).extracting(LogLine::text).contains("shutdown at recovery target");
        server.close();
    }

    @Test
    void aStandbyStaysAStandby() throws Exception {
        var copy = copy(16, "standby.signal");
        var options = StartOptions.defaults().with(Settings.none().with("hot_standby", "on"));
        try (var test = SERVERS.start(copy.installation(), copy.cluster(), options)) {
            assertThat(test.server().state()).isEqualTo(ServerState.STANDBY);
            test.execute("select pg_promote()");
            assertThat(test.server().await(EnumSet.of(ServerState.READY), SOON)).isEqualTo(ServerState.READY);
        }
    }

    @Test
    void aStandbyThatMayNotBeReadIsRecoveringAndNeverReady() throws Exception {
        var copy = copy(16, "standby.signal");
        var options = StartOptions.defaults().with(Settings.none().with("hot_standby", "off"));
        try (var server = SERVERS.launch(copy.installation(), copy.cluster(), options)) {
            assertThat(server.await(EnumSet.of(ServerState.RECOVERING), SOON)).isEqualTo(ServerState.RECOVERING);
            assertThatThrownBy(() -> server.awaitReady(Duration.ofMillis(200)))
                    .isInstanceOf(ServerFault.NotReady.class);
        }
    }

    @Test
    void aTargetThatIsNotReachedEndsTheWaitAtOnceAndSaysWhy() throws Exception {
        var copy = copy(18, "recovery.signal");
        var options = StartOptions.defaults()
                .with(copy.restoring().with("recovery_target_name", "no such point").with("hot_standby", "off"));
        var server = SERVERS.launch(copy.installation(), copy.cluster(), options);

        assertThatThrownBy(() -> server.awaitReady(Duration.ofHours(1))).isInstanceOf(ServerFault.Ended.class)
                .hasMessageContaining("recovery ended before configured recovery target was reached");
        server.close();
    }

    @Test
    void aRestoreCommandThatFailsForGoodEndsTheWaitAtOnce() throws Exception {
        var copy = copy(15, "recovery.signal");
        var options = StartOptions.defaults().with(copy.restoring().with("restore_command", "exit 126"));
        var server = SERVERS.launch(copy.installation(), copy.cluster(), options);

        assertThatThrownBy(() -> server.awaitReady(Duration.ofHours(1))).isInstanceOf(ServerFault.Ended.class)
                .hasMessageContaining("PostgreSQL ended with exit status 1");
        server.close();
    }

    @Test
    void aServerThatRecoversTooLongIsAFaultAndStillStops() throws Exception {
        var copy = copy(18, "recovery.signal");
        var options = StartOptions.defaults()
                .with(copy.restoring().with("restore_command", "sleep 3600").with("hot_standby", "on"));
        try (var server = SERVERS.launch(copy.installation(), copy.cluster(), options)) {
            assertThat(server.state()).isEqualTo(ServerState.STARTING);
            assertThatThrownBy(() -> server.awaitReady(Duration.ofMillis(200)))
                    .isInstanceOf(ServerFault.NotReady.class)
                    .satisfies(fault -> assertThat(((ServerFault) fault).retryable()).isTrue());

            server.killHard();

            assertThat(server.processes()).isEmpty();
        }
    }

    private static Copy copy(int major, String signal) throws Exception {
        var archive = SERVERS.directory();
        var installation = SERVERS.installation(major);
        var cluster = SERVERS.cluster(installation, ClusterOptions.defaults(new Authentication.Trust()).unsynced()
                .with(Settings.none().with("archive_mode", "on").with("archive_command", "cp %p " + archive + "/%f")));
        var directory = SERVERS.directory().resolve("copy");
        try (var test = SERVERS.start(installation, cluster)) {
            test.execute("create table t (n int)", "insert into t values (1)");
        }
        copyTree(cluster.dataDirectory(), directory);
        Files.createFile(directory.resolve(signal));
        SERVERS.account().own(directory);
        try (var test = SERVERS.start(installation, cluster)) {
            test.execute("select pg_create_restore_point('before')", "insert into t values (2)",
                    "select pg_switch_wal()");
        }
        return new Copy(installation, Cluster.at(directory), archive);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        List<Path> paths;
        try (var tree = Files.walk(from)) {
            paths = new ArrayList<>(tree.toList());
        }
        for (var path : paths) {
            Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }
}
