// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.BaseBackupRequest.ManifestChecksum;
import dev.muster.postgres.wire.replication.WalStream.Received;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.work.Wait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Base backups of real servers. */
class BaseBackupTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final WalSegmentSize SIZE = WalSegmentSize.DEFAULT;
    private static final Pattern MANIFEST_FILE = Pattern.compile("\"Path\": \"([^\"]+)\", \"Size\": ([0-9]+),"
            + " .*\"Checksum-Algorithm\": \"SHA256\", \"Checksum\": \"([0-9a-f]{64})\"");

    @TempDir
    private Path folder;

    private final TestWire wire = new TestWire();

    private record Entry(long size, String sha256) {}

    private static BaseBackupRequest request() {
        return BaseBackupRequest.labelled("of a test").fastCheckpoint();
    }

    private WireConnection connect(TestServer server) {
        return wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION);
    }

    private static void fill(TestServer server) throws Exception {
        server.execute("create table filler as select n, md5(n::text) t from generate_series(1, 50000) n");
    }

    /** The plain files of an archive. */
    private static Map<String, Entry> files(Path archive, String prefix) throws Exception {
        var files = new TreeMap<String, Entry>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    var digest = MessageDigest.getInstance("SHA-256").digest(tar.readAllBytes());
                    files.put(prefix + entry.getName(), new Entry(entry.getSize(), HexFormat.of().formatHex(digest)));
                }
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void everyFileOfTheManifestIsInTheArchives(int major) throws Exception {
        var elsewhere = SERVERS.directory();
        try (var server = SERVERS.fresh(major); var connection = connect(server)) {
            server.execute("create tablespace elsewhere location '" + elsewhere + "'",
                    "create table apart (n int) tablespace elsewhere", "insert into apart values (1)");
            fill(server);
            var oid = server.query("select oid from pg_tablespace where spcname = 'elsewhere'").getFirst();
            var before = new Replication(connection).identifySystem().position();
            var backup = new BackupFiles(folder);

            var end = new Replication(connection)
                    .baseBackup(request().progress().tablespaceMap().withoutWaitingForArchive()
                            .manifest(ManifestChecksum.SHA256), TestWire.SOON, backup);
            backup.close();

            assertThat(backup.start().position()).isGreaterThanOrEqualTo(before);
            assertThat(end.position()).isGreaterThan(backup.start().position());
            assertThat(end.timeline()).isEqualTo(TimelineId.of(1)).isEqualTo(backup.start().timeline());
            assertThat(backup.archives().keySet()).containsExactly(oid + ".tar", "base.tar");
            assertThat(backup.locations()).containsEntry(oid + ".tar", elsewhere.toString()).containsEntry("base.tar",
                    "");
            assertThat(backup.start().tablespaces()).extracting(BackupStart.Tablespace::location)
                    .containsExactly(elsewhere.toString(), "");
            assertManifest(backup, oid);
            assertProgress(backup);
        }
    }

    private static void assertManifest(BackupFiles backup, String oid) throws Exception {
        var archived = files(backup.archive("base.tar"), "");
        archived.putAll(files(backup.archive(oid + ".tar"), "pg_tblspc/" + oid + "/"));
        archived.remove("tablespace_map"); // made for the archive: no manifest has it, nor the label's twin
        var listed = new TreeMap<String, Entry>();
        MANIFEST_FILE.matcher(backup.manifest()).results().forEach(
                match -> listed.put(match.group(1), new Entry(Long.parseLong(match.group(2)), match.group(3))));
        listed.remove("tablespace_map");
        assertThat(listed).hasSizeGreaterThan(900).isEqualTo(archived);
        var text = backup.manifest();
        var checked = text.substring(0, text.indexOf("\"Manifest-Checksum\""));
        var digest = MessageDigest.getInstance("SHA-256").digest(checked.getBytes(StandardCharsets.UTF_8));
        assertThat(text).endsWith("\"Manifest-Checksum\": \"" + HexFormat.of().formatHex(digest) + "\"}\n");
    }

    private static void assertProgress(BackupFiles backup) throws IOException {
        assertThat(backup.progress()).isNotEmpty().isSorted();
        var estimated = backup.start().tablespaces().stream()
                .mapToLong(each -> each.estimatedKib().orElseThrow()).sum() * 1024;
        var sent = 0L;
        for (var archive : backup.archives().values()) {
            sent += Files.size(archive);
        }
        assertThat(backup.progress().getLast()).isBetween(estimated / 2, sent);
    }

    /** Unpacks a backup into a directory that a server can start on. */
    private static Path unpacked(Path archive) throws IOException {
        var data = Files.createDirectory(SERVERS.directory().resolve("data"));
        try (var tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = data.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                }
            }
        }
        SERVERS.account().own(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        return data;
    }

    private TestServer restored(TestServer original, int major) throws Exception {
        var backup = new BackupFiles(folder);
        try (var connection = connect(original)) {
            new Replication(connection).baseBackup(request().includeWal(), TestWire.SOON, backup);
        }
        backup.close();
        var data = unpacked(backup.archive("base.tar"));
        Files.createFile(data.resolve("standby.signal"));
        return SERVERS.start(SERVERS.installation(major), Cluster.at(data));
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aPromotedStandbyEndsItsTimelineAndTheNextOneFollows(int major) throws Exception {
        try (var original = SERVERS.fresh(major)) {
            fill(original);
            try (var standby = restored(original, major); var connection = connect(standby)) {
                var replication = new Replication(connection);
                var from = replication.identifySystem().position().segmentStart(SIZE);
                assertThat(connection.parameters()).containsEntry("in_hot_standby", "on");
                assertThat(standby.query("select count(*) from filler")).containsExactly("50000");
                var stream = replication.stream(Optional.empty(), from, TimelineId.of(1));
                standby.execute("select pg_promote()", "create table later (n int)");
                var copy = new LogCopy(from);
                while (stream.receive(TestWire.SOON, copy) == Received.MESSAGE) {
                    // all of the first timeline
                }

                var end = stream.end();

                assertThat(end).isEqualTo(new StreamEnd.TimelineEnded(TimelineId.of(2), copy.end()));
                assertHistory(standby, replication);
                assertThat(followed(standby, replication, copy.end())).isTrue();
                assertNothingLeft(replication, copy.end());
            }
        }
    }

    private static void assertHistory(TestServer standby, Replication replication) throws IOException {
        var history = replication.timelineHistory(TimelineId.of(2)).orElseThrow();
        var file = standby.server().cluster().dataDirectory().resolve("pg_wal/00000002.history");
        assertThat(history.fileName()).isEqualTo("00000002.history");
        assertThat(history.contents()).isEqualTo(Files.readAllBytes(file));
    }

    private static boolean followed(TestServer standby, Replication replication, Lsn fork) throws Exception {
        var from = fork.segmentStart(SIZE);
        var to = Lsn.parse(standby.query("select pg_current_wal_flush_lsn()").getFirst());
        var copy = new LogCopy(from);
        var stream = replication.stream(Optional.empty(), from, TimelineId.of(2));
        while (copy.end().isBefore(to)) {
            assertThat(stream.receive(TestWire.SOON, copy)).isEqualTo(Received.MESSAGE);
        }
        stream.stop(TestWire.SOON);
        var name = WalSegmentName.of(TimelineId.of(2), from, SIZE).toString();
        try (var input = Files.newInputStream(standby.server().cluster().dataDirectory().resolve("pg_wal/" + name))) {
            return Arrays.equals(copy.range(0, copy.size()), input.readNBytes(copy.size()));
        }
    }

    /** Where a timeline has ended already the server does not even begin to copy. */
    private static void assertNothingLeft(Replication replication, Lsn fork) {
        var stream = replication.stream(Optional.empty(), fork, TimelineId.of(1));
        assertThat(stream.ready()).isTrue();
        assertThat(stream.receive(TestWire.SOON, new LogCopy(fork))).isEqualTo(Received.ENDED);
        assertThat(stream.end()).isEqualTo(new StreamEnd.TimelineEnded(TimelineId.of(2), fork));
    }

    @Test
    void aWrongPageChecksumFailsTheBackupAfterItsLastByte() throws Exception {
        try (var server = SERVERS.fresh(17); var connection = connect(server)) {
            fill(server);
            server.execute("checkpoint");
            var file = server.query("select pg_relation_filepath('filler')").getFirst();
            damage(server.server().cluster().dataDirectory().resolve(file));
            var backup = new BackupFiles(folder);

            assertThatThrownBy(() -> new Replication(connection).baseBackup(request(), TestWire.SOON, backup))
                    .isInstanceOfSatisfying(WireFault.ServerError.class,
                            e -> assertThat(e.serverMessage().sqlState()).isEqualTo("XX001"));

            assertThat(Files.size(backup.archive("base.tar"))).isGreaterThan(20L << 20);
            assertThat(wire.notices()).anyMatch(notice -> notice.message().contains("checksum"));
            var end = new Replication(connection).baseBackup(request().withoutVerifyingChecksums(), TestWire.SOON,
                    new BackupFiles(folder));
            assertThat(end.timeline()).isEqualTo(TimelineId.of(1));
        }
    }

    private static void damage(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1, 2, 3}), 8192 + 4000);
        }
    }

    @Test
    void aBackupCanBeCancelledFromAnotherThread() throws Exception {
        try (var server = SERVERS.fresh(18); var connection = connect(server)) {
            var slow = request().rateMax(1_000);
            var cancelling = new BackupFiles(folder) {
                @Override
                public void archiveBegins(String name, String location) {
                    super.archiveBegins(name, location);
                    connection.cancel();
                }
            };

            assertThatThrownBy(() -> new Replication(connection).baseBackup(slow, TestWire.SOON, cancelling))
                    .isInstanceOfSatisfying(WireFault.ServerError.class,
                            e -> assertThat(e.serverMessage().sqlState()).isEqualTo("57014"));

            assertThat(new Replication(connection).identifySystem().timeline()).isEqualTo(TimelineId.of(1));
        }
    }

    @Test
    void aReaderThatFailsEndsTheBackupOnTheServerToo() throws Exception {
        try (var server = SERVERS.fresh(15); var connection = connect(server)) {
            var failing = new BackupFiles(folder) {
                @Override
                public void archiveBytes(ByteBuffer bytes) {
                    throw new IllegalStateException("full");
                }
            };

            assertThatThrownBy(() -> new Replication(connection).baseBackup(request(), TestWire.SOON, failing))
                    .hasMessage("full");

            assertThat(connection.open()).isFalse();
            assertThatThrownBy(() -> connection.query("SHOW port")).isInstanceOf(TransportFault.Closed.class);
            var senders = "select 1 from pg_stat_activity where backend_type = 'walsender'";
            assertThat(new Wait(System::nanoTime).until(() -> server.query(senders).isEmpty(), TestWire.SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void anIncrementalBackupHoldsWhatHasChangedSinceTheManifest(int major) throws Exception {
        try (var server = SERVERS.fresh(major, Settings.none().with("summarize_wal", "on"));
                var connection = connect(server)) {
            fill(server);
            server.execute("vacuum freeze filler"); // else reading a page changes it
            var replication = new Replication(connection);
            var full = new BackupFiles(folder);
            replication.baseBackup(request().manifest(ManifestChecksum.CRC32C), TestWire.SOON, full);
            server.execute("update filler set t = 'changed' where n = 1", "checkpoint");
            var file = server.query("select pg_relation_filepath('filler')").getFirst();
            var incremental = new BackupFiles(Files.createDirectory(folder.resolve("incremental")));

            replication.uploadManifest(new ByteArrayInputStream(full.manifest().getBytes(StandardCharsets.UTF_8)));
            replication.baseBackup(request().incremental(), TestWire.SOON, incremental);
            incremental.close();

            var name = file.replaceFirst("/([^/]+)$", "/INCREMENTAL.$1");
            var sent = files(incremental.archive("base.tar"), "");
            assertThat(sent.keySet()).filteredOn(each -> each.endsWith(name) || each.equals(file))
                    .containsExactly(name);
            assertThat(Objects.requireNonNull(sent.get(name)).size()).isBetween(8192L, 10L * 8192);
        }
    }

    @Test
    void aManifestThatTheServerDoesNotAcceptIsItsError() throws Exception {
        try (var server = SERVERS.fresh(17, Settings.none().with("summarize_wal", "on"));
                var connection = connect(server)) {
            var replication = new Replication(connection);
            var nonsense = "{\"nonsense\": ".repeat(30_000).getBytes(StandardCharsets.UTF_8);

            assertThatThrownBy(() -> replication.uploadManifest(new ByteArrayInputStream(nonsense)))
                    .isInstanceOf(WireFault.ServerError.class);

            assertThat(replication.identifySystem().timeline()).isEqualTo(TimelineId.of(1));
        }
    }

    @Test
    void anOlderServerTakesNoManifest() throws Exception {
        try (var connection = connect(SERVERS.shared(16))) {
            var replication = new Replication(connection);

            assertThatThrownBy(() -> replication.uploadManifest(new ByteArrayInputStream(new byte[0])))
                    .isInstanceOf(WireFault.Unsupported.class);
        }
    }
}
