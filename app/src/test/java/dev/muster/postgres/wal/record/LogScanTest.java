// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.record.LogRecord.Event;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The log of real servers, held against what they say of it themselves. */
class LogScanTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_123;
    private static final int PIECE_BYTES_MAX = 3_000;

    private record Scanned(List<LogRecord> records, LogScan scan) {

        List<Event> events() {
            return records.stream().flatMap(record -> record.event().stream()).toList();
        }
    }

    /** Reads the files of a server's first timeline in pieces of random sizes, so that every page comes in several. */
    private static Scanned scan(TestServer server, Lsn from, Random random) throws Exception {
        var size = WalSegmentSize.DEFAULT;
        var records = new ArrayList<LogRecord>();
        var start = from.segmentStart(size);
        var scan = new LogScan(size, start, records::add);
        var folder = server.server().cluster().dataDirectory().resolve("pg_wal");
        for (var name = WalSegmentName.of(TimelineId.of(1), start, size);; name = name.next()) {
            var file = folder.resolve(name.toString());
            if (scan.ended() || !Files.exists(file)) {
                return new Scanned(records, scan);
            }
            var bytes = Files.readAllBytes(file);
            for (var at = 0; at < bytes.length;) {
                var length = Math.min(1 + random.nextInt(PIECE_BYTES_MAX), bytes.length - at);
                scan.accept(bytes, at, length);
                at += length;
            }
        }
    }

    private static Lsn position(TestServer server) throws SQLException {
        return Lsn.parse(server.query("select pg_current_wal_insert_lsn()").getFirst());
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void recordsAreWhereTheServerSaysTheyAre(int major) throws Exception {
        try (var server = SERVERS.fresh(major, Settings.none().with("wal_keep_size", "1GB"))) {
            server.execute("create extension pg_walinspect");
            var from = position(server);
            server.execute("create table t as select n, repeat(md5(n::text), 20) from generate_series(1, 30000) n",
                    "select pg_switch_wal()", "insert into t values (1, 'x')", "checkpoint", "update t set n = n + 1",
                    "select pg_switch_wal()", "select pg_create_restore_point('here')",
                    "delete from t where n % 2 = 0");
            var to = position(server);
            server.execute("select pg_switch_wal()");

            var scanned = scan(server, from, new Random(SEED));

            var ours = scanned.records.stream()
                    .filter(record -> !record.begins().isBefore(from) && record.begins().isBefore(to))
                    .map(record -> record.begins() + " " + record.xid())
                    .toList();
            var theirs =
                    server.query("select start_lsn || ' ' || xid from pg_get_wal_records_info('" + from + "', '" + to
                            + "')");
            assertThat(ours).hasSizeGreaterThan(40_000);
            for (var at = 0; at < Math.min(ours.size(), theirs.size()); at++) {
                assertThat(ours.get(at)).as("record %d, seed %d", at, SEED).isEqualTo(theirs.get(at));
            }
            assertThat(ours.size()).as("ended at %s of %s: ours %s, theirs %s", scanned.scan.end(), to, ours.getLast(),
                    theirs.getLast()).isEqualTo(theirs.size());
            assertThat(scanned.scan.end()).isGreaterThanOrEqualTo(to);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void transactionsAndNamesAreFoundWithTheirTimes(int major) throws Exception {
        var settings = Settings.none().with("max_prepared_transactions", "5").with("wal_level", "logical");
        try (var server = SERVERS.fresh(major, settings)) {
            server.execute("create table t (n int)", "create table dropped as select 1");
            var from = position(server);
            var before = Instant.now().minusSeconds(1);
            var committed = xid(server, "insert into t values (1)", "savepoint a", "insert into t values (2)",
                    "release savepoint a", "drop table dropped", "commit");
            var aborted = xid(server, "insert into t values (3)", "rollback");
            var prepared = xid(server, "create table made (n int)", "savepoint b", "insert into made values (4)",
                    "prepare transaction 'p'");
            var undone = xid(server, "create table unmade (n int)", "prepare transaction 'q'");
            server.execute("commit prepared 'p'", "rollback prepared 'q'",
                    "select pg_create_restore_point('a longer name, with caf\u00e9')",
                    "select pg_switch_wal()");

            var events = scan(server, from, new Random(SEED)).events();

            assertThat(events).allSatisfy(event -> assertThat(event.time()).isBetween(before.minus(Duration.ofHours(1)),
                    Instant.now().plusSeconds(1)));
            assertThat(ends(events, committed)).containsExactly(true);
            assertThat(ends(events, aborted)).containsExactly(false);
            assertThat(ends(events, prepared)).containsExactly(true);
            assertThat(ends(events, undone)).containsExactly(false);
            assertThat(events).filteredOn(Event.RestorePoint.class::isInstance)
                    .extracting(event -> ((Event.RestorePoint) event).name())
                    .containsExactly("a longer name, with caf\u00e9");
        }
    }

    private static List<Boolean> ends(List<Event> events, long xid) {
        return events.stream().filter(Event.TransactionEnd.class::isInstance).map(Event.TransactionEnd.class::cast)
                .filter(end -> end.xid() == xid)
                .map(Event.TransactionEnd::committed)
                .toList();
    }

    private static long xid(TestServer server, String... statements) throws SQLException {
        try (var connection = server.connect(); var statement = connection.createStatement()) {
            statement.execute("begin");
            long xid;
            try (var rows = statement.executeQuery("select pg_current_xact_id()::text::bigint")) {
                rows.next();
                xid = rows.getLong(1);
            }
            for (var sql : statements) {
                statement.execute(sql);
            }
            return xid;
        }
    }

    private static List<Lsn> ends(byte[] segment, Lsn start) {
        var ends = new ArrayList<Lsn>();
        var scan = new LogScan(WalSegmentSize.DEFAULT, start, record -> ends.add(record.ends()));
        scan.accept(segment, 0, segment.length);
        return ends;
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aLogWithAFlippedBitEndsBeforeItUnlessItIsPadding(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            server.execute("create table t as select n, md5(n::text) from generate_series(1, 2000) n");
            var to = position(server);
            var size = WalSegmentSize.DEFAULT;
            var start = to.segmentStart(size);
            var name = WalSegmentName.of(TimelineId.of(1), start, size).toString();
            var bytes = Files.readAllBytes(server.server().cluster().dataDirectory().resolve("pg_wal").resolve(name));
            var whole = ends(bytes, start);
            var random = new Random(SEED);
            for (var round = 0; round < 300; round++) {
                var at = random.nextInt((int) to.minus(start));
                var copy = bytes.clone();
                copy[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                var ends = ends(copy, start);

                var before = start.plus(at);
                var untouched = whole.stream().filter(end -> !end.isAfter(before)).toList();
                assertThat(ends).as("seed %d, round %d, byte %d", SEED, round, at).isIn(untouched, whole);
            }
        }
    }
}
