// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL itself wrote. */
class RealClusterTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_122;
    private static final int PAGE = 8192;

    /** Servers from 16 on extend a table by several pages at once: those at its end are empty. */
    private static final int USED_PAGES = 150;
    private static final Lsn END_OF_TIME = new Lsn(-1);
    private static final Duration SOON = Duration.ofSeconds(60);

    private static List<BadPage> check(String name, byte[] bytes, Random random, Lsn backupStart) {
        var found = new ArrayList<BadPage>();
        var sizes = new ControlFile.Sizes(PAGE, 131_072, PAGE, WalSegmentSize.DEFAULT);
        var check = new PageCheck(name, RelationFile.parse(name).orElseThrow(),
                new PageCheck.Rule(sizes, backupStart), found::add);
        for (var at = 0; at < bytes.length;) {
            var length = Math.min(1 + random.nextInt(3 * PAGE), bytes.length - at);
            check.accept(bytes, at, length);
            at += length;
        }
        return found;
    }

    private static List<Path> relationFiles(Path data) throws IOException {
        try (var tree = Files.walk(data)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> RelationFile.parse(data.relativize(file).toString()).isPresent())
                    .toList();
        }
    }

    private static Path stopped(TestServer server) throws Exception {
        server.server().stop(StopMode.FAST, SOON);
        return server.server().cluster().dataDirectory();
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void everyPageOfAClusterHasTheChecksumThatWeCompute(int major) throws Exception {
        var random = new Random(SEED);
        Path data;
        try (var server = SERVERS.fresh(major)) {
            server.execute("create unlogged table u (n int primary key)", "insert into u select generate_series(1, 99)",
                    "create table t as select n, repeat(md5(n::text), 9) as text from generate_series(1, 20000) n",
                    "create index on t (n)", "delete from t where n % 3 = 0", "vacuum t");
            data = stopped(server);
        }
        var pages = 0L;
        for (var file : relationFiles(data)) {
            var bytes = Files.readAllBytes(file);
            pages += bytes.length / PAGE;
            assertThat(check(data.relativize(file).toString(), bytes, random, END_OF_TIME)).as("seed %d", SEED)
                    .isEmpty();
        }
        assertThat(pages).isGreaterThan(1500);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aPageWithOneBitFlippedIsFoundUnlessReplayWritesItAnew(int major) throws Exception {
        var random = new Random(SEED);
        Path data;
        String file;
        try (var server = SERVERS.fresh(major)) {
            server.execute("create table t as select n, md5(n::text) as text from generate_series(1, 20000) n");
            file = server.query("select pg_relation_filepath('t')").getFirst();
            data = stopped(server);
        }
        var bytes = Files.readAllBytes(data.resolve(file));
        for (var round = 0; round < 200; round++) {
            var copy = bytes.clone();
            var block = random.nextInt(USED_PAGES);
            var bit = (16 + random.nextInt(PAGE - 16)) * Byte.SIZE + random.nextInt(Byte.SIZE);
            copy[block * PAGE + bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            assertThat(check(file, copy, random, END_OF_TIME)).as("seed %d, round %d, bit %d", SEED, round, bit)
                    .singleElement().satisfies(bad -> {
                        assertThat(bad.block()).isEqualTo(block);
                        assertThat(bad.stored()).isNotEqualTo(bad.computed());
                    });
            assertThat(check(file, copy, random, new Lsn(1))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theServerComputesTheSameChecksum(int major) throws Exception {
        var random = new Random(SEED);
        var checksum = new PageChecksum(PAGE);
        try (var server = SERVERS.fresh(major);
                var connection = server.connect();
                var ask = connection.prepareStatement("select page_checksum(?, ?)")) {
            server.execute("create extension pageinspect");
            for (var round = 0; round < 200; round++) {
                var page = new byte[PAGE];
                random.nextBytes(page);
                page[18] = 4;
                page[19] = 0x20;
                var block = random.nextInt(1 << 30);
                ask.setBytes(1, page);
                ask.setLong(2, block);
                try (var answer = ask.executeQuery()) {
                    answer.next();
                    assertThat(checksum.of(page, 0, block)).as("seed %d, round %d", SEED, round)
                            .isEqualTo(answer.getShort(1) & 0xFFFF);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theControlFileSaysWhatTheServerSays(int major) throws Exception {
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced().withWalSegmentMegabytes(4)
                .withChecksums(major % 2 == 0);
        var cluster = SERVERS.cluster(SERVERS.installation(major), options);
        try (var server = SERVERS.start(SERVERS.installation(major), cluster)) {
            server.execute("checkpoint");
            var bytes = Files.readAllBytes(cluster.dataDirectory().resolve(ControlFile.PATH));
            var control = ControlFile.parse(bytes);
            var said = server.query("""
                    select concat_ws(' ', system_identifier, pg_control_version, catalog_version_no, checkpoint_lsn,
                        redo_lsn, timeline_id, extract(epoch from checkpoint_time)::bigint, database_block_size,
                        blocks_per_segment, wal_block_size, bytes_per_wal_segment, data_page_checksum_version,
                        current_setting('max_connections'), current_setting('max_worker_processes'),
                        current_setting('max_wal_senders'), current_setting('max_prepared_transactions'),
                        current_setting('max_locks_per_transaction'))
                    from pg_control_system(), pg_control_checkpoint(), pg_control_init()""").getFirst();

            assertThat(text(control)).isEqualTo(said);
            refusesEveryChange(bytes);
        }
    }

    private static String text(ControlFile control) {
        var point = control.checkpoint();
        var sizes = control.sizes();
        var limits = control.limits();
        return String.join(" ", control.system().toString(), "" + control.version(), "" + control.catalogVersion(),
                point.location().toString(), point.redo().toString(), point.timeline().toString(),
                "" + point.time().getEpochSecond(), "" + sizes.blockBytes(), "" + sizes.segmentBlocks(),
                "" + sizes.walBlockBytes(), "" + sizes.walSegment().bytes(), control.checksums() ? "1" : "0",
                "" + limits.maxConnections(), "" + limits.maxWorkerProcesses(), "" + limits.maxWalSenders(),
                "" + limits.maxPreparedTransactions(), "" + limits.maxLocksPerTransaction());
    }

    private static void refusesEveryChange(byte[] bytes) {
        for (var at = 0; at < 288; at++) {
            var copy = bytes.clone();
            copy[at] ^= 0x10;
            assertThatThrownBy(() -> ControlFile.parse(copy)).as("byte %d", at).isInstanceOf(DataDirectoryFault.class);
        }
        assertThatThrownBy(() -> ControlFile.parse(new byte[ControlFile.BYTES])).isInstanceOf(DataDirectoryFault.class);
        assertThatThrownBy(() -> ControlFile.parse(new byte[3])).isInstanceOf(DataDirectoryFault.Damaged.class);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aServerDoesNotStartWithoutItsCheckpoint(int major) throws Exception {
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced();
        var cluster = SERVERS.cluster(SERVERS.installation(major), options);
        var file = cluster.dataDirectory().resolve(ControlFile.PATH);
        var whole = Files.readAllBytes(file);

        Files.write(file, ControlFile.withoutCheckpoint(whole));

        assertThat(ControlFile.parse(Files.readAllBytes(file)).checkpoint().location())
                .isEqualTo(ControlFile.NO_CHECKPOINT);
        assertThatThrownBy(() -> SERVERS.start(SERVERS.installation(major), cluster))
                .hasMessageContaining("checkpoint");
    }
}
