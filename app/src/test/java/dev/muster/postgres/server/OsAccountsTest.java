// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whom servers run as. As root it becomes another user; as anyone else it stays. */
class OsAccountsTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Machine machine = TestMachine.here();

    @Test
    void aServerNeverRunsAsRoot() throws Exception {
        try (var test = SERVERS.fresh(18)) {
            for (var pid : test.server().processes()) {
                assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isNotEqualTo(0)
                        .isEqualTo(SERVERS.account().uid());
            }
        }
    }

    @Test
    void theUsualAccountIsOursUnlessWeAreRoot() throws Exception {
        var accounts = new OsAccounts(machine);

        assertThat(accounts.usual().isOurs()).isEqualTo(!accounts.weAreRoot());
        assertThat(accounts.usual().uid()).isPositive();
    }

    @Test
    void everyWayToBecomeAnotherUserRunsAServerAndStopsIt() throws Exception {
        var usual = SERVERS.account();
        if (usual.isOurs()) {
            assertThat(usual.command(List.of("id"))).containsExactly("id");
            return;
        }
        var ways = new OsAccounts(machine).ways(usual.name(), usual.uid(), usual.gid());
        assertThat(ways).extracting(way -> Path.of(way.getFirst()).getFileName().toString()).contains("setpriv", "su");
        for (var way : ways) {
            runAndStop(new OsAccount(usual.name(), usual.uid(), usual.gid(), way));
        }
    }

    private void runAndStop(OsAccount account) throws Exception {
        var installation = SERVERS.installation(18);
        var cluster = new CreateCluster(machine, account).create(installation, SERVERS.directory().resolve("data"),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        var start = new StartServer(machine, account);
        try (var server = start.start(installation, cluster, StartOptions.defaults())) {
            server.awaitReady(SOON);
            assertThat(Files.getAttribute(Path.of("/proc/" + server.pid()), "unix:uid")).isEqualTo(account.uid());
            server.stop(StopMode.FAST, SOON);
            assertThat(server.state()).isEqualTo(ServerState.STOPPED);
        }
        try (var server = start.start(installation, cluster, StartOptions.defaults())) {
            server.awaitReady(SOON);
            var processes = server.processes();
            server.killHard();
            assertThat(processes).noneMatch(pid -> ProcessHandle.of(pid).filter(ServerProcesses::isAlive).isPresent());
        }
    }

    @Test
    void rootIsNoAccountForAServer() {
        assertThatThrownBy(() -> new OsAccounts(machine).named("root")).isInstanceOf(ServerFault.AccountIsRoot.class);
        assertThatThrownBy(() -> new OsAccounts(machine).named("0")).isInstanceOf(ServerFault.AccountIsRoot.class);
    }

    @Test
    void aUserThatDoesNotExistIsUnknown() {
        assertThatThrownBy(() -> new OsAccounts(machine).named("nobody-of-this-name"))
                .isInstanceOf(ServerFault.AccountUnknown.class);
    }

    @Test
    void onlyRootBecomesAnotherUser(@TempDir Path programs) throws Exception {
        id(programs, "case \"$*\" in *nobody*) echo 65534;; *-un*) echo skipper;; *) echo 1000;; esac");
        var accounts = new OsAccounts(TestMachine.with(Map.of("PATH", programs.toString())));

        assertThatThrownBy(() -> accounts.named("nobody")).isInstanceOf(ServerFault.AccountForbidden.class);
        assertThat(accounts.usual()).isEqualTo(new OsAccount("skipper", 1000, 1000, List.of()));
    }

    @Test
    void aMachineThatLetsNobodyChangeUsersSaysSo(@TempDir Path programs) throws Exception {
        id(programs, "case \"$*\" in *nobody*) echo 65533;; *) echo 0;; esac");
        for (var name : List.of("setpriv", "runuser", "su")) {
            program(programs, name, "echo not permitted >&2; exit 1");
        }
        var accounts = new OsAccounts(TestMachine.with(Map.of("PATH", programs.toString())));

        assertThatThrownBy(() -> accounts.named("nobody")).isInstanceOf(ServerFault.AccountOutOfReach.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void aRestoredDirectoryIsGivenToTheAccountButNotWhatItsLinksPointTo(@TempDir Path outside) throws Exception {
        var account = SERVERS.account();
        var directory = Files.createDirectory(SERVERS.directory().resolve("restored"));
        Files.createDirectories(directory.resolve("base/1"));
        var file = Files.writeString(directory.resolve("base/1/1259"), "pages");
        var stranger = Files.writeString(outside.resolve("stranger"), "not ours");
        var link = Files.createSymbolicLink(directory.resolve("link"), stranger);
        var before = Files.getAttribute(stranger, "unix:uid");

        account.own(directory);

        for (var path : List.of(directory, directory.resolve("base"), file, link)) {
            assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(account.uid());
        }
        assertThat(Files.getAttribute(stranger, "unix:uid")).isEqualTo(before);
    }

    @Test
    void theDataOfAStoppedServerSaysWhomTheNextOneRunsAs() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(18),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());

        assertThat(new OsAccounts(machine).owning(cluster.dataDirectory()).uid()).isEqualTo(SERVERS.account().uid());
    }

    @Test
    void aDirectoryThatTheAccountCannotEnterIsNamed(@TempDir Path directory) throws Exception {
        var account = SERVERS.account();
        var inner = Files.createDirectories(directory.resolve("closed/inner"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory.resolve("closed"),
                PosixFilePermissions.fromString(account.isOurs() ? "rw-------" : "rwx------"));
        try {
            assertThat(account.closedOnTheWayTo(inner, machine)).contains(directory.resolve("closed"));
            assertThatThrownBy(() -> account.requireWayTo(inner, machine))
                    .isInstanceOf(ServerFault.DirectoryClosed.class).hasMessageContaining("stopped at");
        } finally {
            Files.setPosixFilePermissions(directory.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static void id(Path programs, String script) throws IOException {
        program(programs, "id", script);
    }

    private static void program(Path directory, String name, String script) throws IOException {
        var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
