// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.manifest.Manifest;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.datadir.BackupLabel;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.datadir.PageCheck;
import dev.muster.postgres.datadir.TablespaceMap;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.Timing;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.WireLimits;
import dev.muster.postgres.wire.replication.BackupReader;
import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.postgres.wire.replication.BaseBackupRequest;
import dev.muster.postgres.wire.replication.Replication;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What real servers send, and say of themselves. */
class ReceiveBackupTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final int PAGE = 8192;
    private static final long SEED = 20_261_120;
    private static final int SPOILT = 10;

    private static final class Taken {
        private final FilesInMemory files = new FilesInMemory();
        private final Connector connector = new Connector(new Timing(InstantSource.system(), System::nanoTime),
                new Random(1), WireLimits.DEFAULT, notice -> {});
        private final ConnectionSettings settings;
        private final ReceiveBackup receive;

        Taken(TestServer server) {
            var address = server.server().address();
            settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), "postgres"))
                    .resolve("host=127.0.0.1 dbname=postgres sslmode=disable port=" + address.port());
            receive = new ReceiveBackup(files, new ReceiveBackup.Folder(0700, NOW), new Quiet(), this::rule);
        }

        private Optional<PageCheck.Rule> rule(BackupStart start) {
            var sizes = new ControlFile.Sizes(PAGE, 131_072, PAGE, WalSegmentSize.DEFAULT);
            return Optional.of(new PageCheck.Rule(sizes, start.position()));
        }

        void run() {
            run(receive);
        }

        void run(BackupReader reader) {
            try (var connection = connector.connect(settings, SessionKind.PHYSICAL_REPLICATION)) {
                var request = BaseBackupRequest.labelled("a test").fastCheckpoint().progress()
                        .withoutWaitingForArchive().tablespaceMap()
                        .manifest(BaseBackupRequest.ManifestChecksum.CRC32C);
                new Replication(connection).baseBackup(request, SOON, reader);
            }
        }

        Described describe() throws InterruptedException {
            try (var session = connector.connect(settings, SessionKind.SQL)) {
                return new DescribeCluster(connector, settings, new DocumentWriter(files)).describe(session,
                        receive.archives().badPages().kept(),
                        Set.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf"));
            }
        }
    }

    private static final class Quiet implements ReceiveBackup.Watcher {
        @Override
        public void begins(BackupStart start) {
            assertThat(start.tablespaces()).isNotEmpty();
        }

        @Override
        public void received(long bytes) {
            assertThat(bytes).isGreaterThanOrEqualTo(0);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void everyFileOfTheManifestArrivesAndTheClusterDescribesItself(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            var space = SERVERS.directory();
            server.execute("create tablespace fast location '" + space + "'",
                    "create table t tablespace fast as select generate_series(1, 1000) n",
                    "create table \"Odd \"\"name\" (a int)",
                    "create unlogged table u (n int primary key)", "create database \"other, db\"",
                    "create extension pgcrypto", "alter system set work_mem = '5MB'", "select pg_reload_conf()",
                    "analyze t");
            var file = server.query("select pg_relation_filepath('t')").getFirst();
            var taken = new Taken(server);

            taken.run();
            var manifest = taken.receive.verify();
            var described = taken.describe();

            requireFiles(taken, manifest, file, space.toString());
            assertThat(described.superuser()).isEqualTo("postgres");
            assertThat(described.configuration()).isEqualTo(BackupFacts.Configuration.INSIDE);
            assertThat(described.badPages()).isEmpty();
            assertThat(described.notCaptured()).isEmpty();
            requireDocuments(taken.files, server, file);
        }
    }

    /** Changes one byte of the archives on its way, wherever it is: in a header, in a file, in the zeros behind it. */
    private static final class Spoiling implements BackupReader {

        private final BackupReader reader;
        private final long at;
        private long passed;

        Spoiling(BackupReader reader, long at) {
            this.reader = reader;
            this.at = at;
        }

        @Override
        public void begins(BackupStart start) {
            reader.begins(start);
        }

        @Override
        public void archiveBegins(String name, String location) {
            reader.archiveBegins(name, location);
        }

        @Override
        public void archiveBytes(ByteBuffer bytes) {
            if (at >= passed && at - passed < bytes.remaining()) {
                var place = bytes.position() + (int) (at - passed);
                bytes.put(place, (byte) (bytes.get(place) ^ 0x10));
            }
            passed += bytes.remaining();
            reader.archiveBytes(bytes);
        }

        @Override
        public void manifestBegins() {
            reader.manifestBegins();
        }

        @Override
        public void manifestBytes(ByteBuffer bytes) {
            reader.manifestBytes(bytes);
        }
    }

    @Test
    void aByteThatChangesOnItsWayIsFoundWhereverItIs() throws Exception {
        try (var server = SERVERS.fresh(18)) {
            server.execute("create table t as select n, md5(n::text) from generate_series(1, 20000) n");
            var whole = new Taken(server);
            var counting = new Spoiling(whole.receive, Long.MAX_VALUE);
            whole.run(counting);
            var random = new Random(SEED);
            for (var round = 0; round < SPOILT; round++) {
                var at = random.nextLong(counting.passed);
                var taken = new Taken(server);
                assertThatThrownBy(() -> {
                    taken.run(new Spoiling(taken.receive, at));
                    taken.receive.verify();
                }).as("seed %d, byte %d of %d", SEED, at, counting.passed).isInstanceOf(BaseBackupFault.class);
            }
        }
    }

    private static void requireFiles(Taken taken, Manifest manifest, String file, String location) {
        var files = taken.files;
        assertThat((long) files.files.size()).isEqualTo(manifest.files());
        assertThat(files.files).containsKeys("PG_VERSION", BackupLabel.PATH, TablespaceMap.PATH, ControlFile.PATH,
                file);
        assertThat(files.files.keySet()).noneMatch(name -> name.startsWith("pg_wal/"));
        assertThat(files.directories).containsKeys("", "pg_wal", "pg_tblspc", "base/1", "pg_wal/archive_status");
        var label = BackupLabel.parse(taken.receive.archives().remembered(BackupLabel.PATH).orElseThrow());
        assertThat(label.start()).isEqualTo(taken.receive.start().position());
        assertThat(label.label()).isEqualTo("a test");
        assertThat(manifest.walRanges().getFirst().start()).isEqualTo(label.start());
        var map = TablespaceMap.parse(Objects.requireNonNull(files.files.get(TablespaceMap.PATH)));
        assertThat(map.locations()).hasSize(1).containsValue(location);
        var oid = map.locations().firstKey();
        assertThat(file).startsWith("pg_tblspc/" + oid + "/PG_");
        assertThat(Objects.requireNonNull(files.directories.get("pg_tblspc/" + oid)).attributes())
                .containsEntry(ReceiveBackup.LOCATION, location);
        var control = ControlFile.parse(taken.receive.archives().remembered(ControlFile.PATH).orElseThrow());
        assertThat(control.checksums()).isTrue();
        assertThat(taken.receive.archives().bytes()).isGreaterThan(20_000_000);
    }

    private static void requireDocuments(FilesInMemory files, TestServer server, String file) throws Exception {
        var database =
                Long.parseLong(server.query("select oid from pg_database where datname = 'postgres'").getFirst());
        var node = file.substring(file.lastIndexOf('/') + 1);
        assertThat(files.lines(Documents.relations(database)))
                .anyMatch(line -> line.contains("\"file_node\": " + node) && line.contains("\"name\": \"t\"")
                        && line.contains("\"rows\": 1000"))
                .anyMatch(line -> line.contains("\"name\": \"Odd \\\"name\""));
        assertThat(files.lines(Documents.extensions(database))).anyMatch(line -> line.contains("pgcrypto"));
        assertThat(files.lines(Documents.DATABASES)).anyMatch(line -> line.contains("\"other, db\"")
                && line.contains("\"encoding_name\": \"UTF8\""));
        assertThat(files.lines(Documents.SETTINGS)).anyMatch(line -> line.contains("\"work_mem\"")
                && line.contains("\"5120\""));
        assertThat(files.lines(Documents.TABLESPACES)).singleElement().asString().contains("\"fast\"");
        assertThat(files.lines(Documents.NOT_CAPTURED)).isEmpty();
        assertThat(files.documents).containsKeys(Documents.MANIFEST, "databases/" + database + "/about.json",
                Documents.SUBSCRIPTIONS, Documents.CONFIGURATION, Documents.BAD_PAGES);
        files.documents.keySet().stream().filter(name -> name.endsWith(".jsonl")).forEach(name -> files.lines(name)
                .forEach(line -> assertThat(new JsonMapper().readTree(line).isObject()).isTrue()));
    }

    private static void flip(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        var before = file.read();
        file.seek(at);
        file.write(before ^ 0x40);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aBadPageIsFoundAndNamedThoughTheServerGivesUp(int major) throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(major),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        String file;
        try (var server = SERVERS.start(SERVERS.installation(major), cluster)) {
            server.execute("create table hurt as select n, repeat('x', 500) from generate_series(1, 1000) n");
            file = server.query("select pg_relation_filepath('hurt')").getFirst();
            server.server().stop(StopMode.FAST, SOON);
        }
        for (var block = 2; block < 22; block += 2) {
            try (var raw = new RandomAccessFile(cluster.dataDirectory().resolve(file).toFile(), "rw")) {
                flip(raw, 4000L + (long) block * PAGE);
            }
        }
        try (var server = SERVERS.start(SERVERS.installation(major), cluster)) {
            var taken = new Taken(server);

            assertThatThrownBy(taken::run).isInstanceOfSatisfying(WireFault.ServerError.class,
                    error -> assertThat(error.serverMessage().sqlState()).isEqualTo("XX001"));
            taken.receive.verify();
            var described = taken.describe();

            assertThat(described.badPages()).extracting(NamedBadPage::block)
                    .isEqualTo(List.of(2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L, 20L));
            assertThat(described.badPages()).allMatch(page -> page.relation().equals("public.hurt")
                    && page.file().equals(file) && page.stored() != page.computed());
            assertThat(taken.files.lines(Documents.BAD_PAGES)).hasSize(10);
        }
    }
}
