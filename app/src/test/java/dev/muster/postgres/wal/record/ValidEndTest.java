// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ValidEndTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final WalSegmentSize SEGMENTS = new WalSegmentSize(1 << 20);
    private static final long START = 5L << 20;

    private static LogReader reader(byte[] log, long start) {
        return (lsn, target, length) -> {
            var from = (int) (lsn - start);
            if (from < 0 || from + length > log.length) {
                return false;
            }
            System.arraycopy(log, from, target, 0, length);
            return true;
        };
    }

    private static Lsn end(byte[] log, long start) {
        return ValidEnd.of(reader(log, start), SEGMENTS, new Lsn(start));
    }

    private static byte[] padded(byte[] log, int length) {
        return Arrays.copyOf(log, length);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34})
    void theEndIsThatOfTheLastWholeRecordWhereverTheLogWasCut(long seed) {
        var random = new Random(seed);
        var builder = new LogBuilder(seed, SEGMENTS, START).fill(2_500_000, 60_000).record(1_500_000);
        var log = builder.bytes();
        assertThat(end(padded(log, 6 << 20), START)).isEqualTo(new Lsn(START + log.length));
        for (var at = 0; at < 200; at++) {
            var cut = random.nextInt(log.length);
            var torn = padded(Arrays.copyOf(log, cut), 6 << 20);
            var expected = builder.ends().stream().filter(end -> end <= START + cut + 7 && isWhole(torn, log, end))
                    .mapToLong(Long::longValue).max().orElse(START);
            assertThat(end(torn, START)).as("cut at %d", cut).isEqualTo(new Lsn(expected));
        }
    }

    /** Whether the zeros behind the cut do not matter: a record's padding is zeros anyway. */
    private static boolean isWhole(byte[] torn, byte[] log, long end) {
        return Arrays.equals(torn, 0, (int) (end - START), log, 0, (int) (end - START));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42})
    void aPageThatIsMissingOrAlteredEndsTheLogBeforeTheRecordInIt(long seed) {
        var random = new Random(seed);
        var builder = new LogBuilder(seed, SEGMENTS, START).fill(1_500_000, 30_000);
        for (var at = 0; at < 200; at++) {
            var log = padded(builder.bytes(), 2 << 20);
            var hole = random.nextInt(builder.bytes().length - 4_096);
            var length = 1 + random.nextInt(4_096);
            var before = Arrays.copyOfRange(log, hole, hole + length);
            Arrays.fill(log, hole, hole + length, (byte) random.nextInt(3));
            var changedAt = Arrays.mismatch(before, Arrays.copyOfRange(log, hole, hole + length));
            var limit = changedAt < 0 ? START + builder.bytes().length : START + hole + changedAt;
            // A record whose padding alone was altered is whole: nobody reads the padding.
            assertThat(end(log, START).value()).as("hole at %d of %d", hole, length).isLessThanOrEqualTo(limit + 8);
        }
    }

    @Test
    void aRecordThatGoesOnOverSegmentsIsFollowedFromItsBeginning() {
        var builder = new LogBuilder(1, SEGMENTS, START).record(100).record(2_500_000).record(200);
        var log = padded(builder.bytes(), 3 << 20);
        var reader = reader(log, START);
        assertThat(ValidEnd.restAtStart(reader, SEGMENTS, new Lsn(START))).isZero();
        assertThat(ValidEnd.restAtStart(reader, SEGMENTS, new Lsn(START + (1 << 20)))).isPositive();
        assertThat(ValidEnd.of(reader, SEGMENTS, new Lsn(START))).isEqualTo(new Lsn(builder.ends().getLast()));
        // From a later segment the rest of the record is skipped, and what follows is checked.
        assertThat(ValidEnd.of(reader, SEGMENTS, new Lsn(START + (1 << 20))))
                .isEqualTo(new Lsn(builder.ends().getLast()));
        log[1_700_000] ^= 1;
        assertThat(ValidEnd.of(reader, SEGMENTS, new Lsn(START))).isEqualTo(new Lsn(builder.ends().getFirst()));
    }

    @Test
    void afterASwitchTheLogGoesOnInTheNextSegment() {
        var builder = new LogBuilder(2, SEGMENTS, START).record(5_000).switchSegment().record(300);
        assertThat(end(padded(builder.bytes(), 2 << 20), START)).isEqualTo(new Lsn(builder.ends().getLast()));
        assertThat(builder.ends().getLast()).isGreaterThan(START + (1 << 20));
    }

    @Test
    void zerosAndJunkAndAnOldSegmentAreNoLog() {
        assertThat(end(new byte[1 << 20], START)).isEqualTo(new Lsn(START));
        assertThat(end(new byte[10], START)).isEqualTo(new Lsn(START));
        var junk = new byte[1 << 20];
        new Random(3).nextBytes(junk);
        assertThat(end(junk, START)).isEqualTo(new Lsn(START));
        var old = new LogBuilder(4, SEGMENTS, 0).fill(10_000, 500).bytes();
        assertThat(end(padded(old, 1 << 20), START)).isEqualTo(new Lsn(START));
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theEndOfARealLogIsWhatTheServerSays(int major) throws Exception {
        try (var server =
                SERVERS.fresh(major, Settings.none().with("autovacuum", "off").with("wal_keep_size", "1GB"))) {
            server.execute("create table t as select n, repeat(md5(n::text), 20) as x from generate_series(1, 20000) n",
                    "select pg_switch_wal()", "insert into t select * from t limit 5000", "checkpoint");
            var start = Lsn.parse(server.query("select pg_current_wal_lsn() - 2*16*1024*1024").getFirst())
                    .segmentStart(WalSegmentSize.DEFAULT);
            var directory = server.server().cluster().dataDirectory().resolve("pg_wal");
            var before = Lsn.parse(server.query("select pg_current_wal_insert_lsn()").getFirst());
            var found = ValidEnd.of((lsn, target, length) -> read(directory, lsn, target, length),
                    WalSegmentSize.DEFAULT, start);
            var after = Lsn.parse(server.query("select pg_current_wal_insert_lsn()").getFirst());
            assertThat(found.value()).isBetween(before.value(), after.value());
        }
    }

    private static boolean read(Path directory, long lsn, byte[] target, int length) {
        var name = String.format("00000001%08X%08X", lsn >>> 32, (lsn & 0xFFFF_FFFFL) >>> 24);
        try (var file = FileChannel.open(directory.resolve(name))) {
            return file.read(ByteBuffer.wrap(target, 0, length), lsn & 0xFF_FFFF) == length;
        } catch (IOException e) {
            return false;
        }
    }
}
