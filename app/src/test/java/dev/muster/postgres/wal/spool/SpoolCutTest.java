// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.PowerCutDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.record.LogBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Files of the spool go missing or are cut. It holds segments 1 to 4 of a log; the last one is partial, and what lies before
 * was released.
 */
class SpoolCutTest {

    private static final int SEGMENT = 1 << 20;
    private static final long ROOM = 64L << 20;

    /** Of a segment; whole pages, since records are looked for in these. */
    private static final int CUT = 73 * 8_192;
    private static final String DIRECTORY = SpoolTest.lineage(1, 1, 0).incarnation().hex();
    private static final String ASIDE = "aside-" + DIRECTORY;
    private static final LogBuilder LOG =
            new LogBuilder(12, new WalSegmentSize(SEGMENT), 0).fill(4 * SEGMENT + 300_000, 9_000);

    private final PowerCutDisk disk = filled(1);

    private static PowerCutDisk filled(long seed) {
        var disk = new PowerCutDisk(seed, InstantSource.fixed(Instant.EPOCH));
        try (var spool = Spool.open(disk, ROOM)) {
            var log = spool.begin(SpoolTest.lineage(1, 1, 0), true, true, Lsn.ZERO);
            log.append(Lsn.ZERO, ByteBuffer.wrap(LOG.bytes()));
            log.force();
            log.release(new Lsn(3 * SEGMENT + 500_000));
            assertThat(log.first()).isEqualTo(new Lsn(SEGMENT));
            assertThat(spool.takeCuts()).isEmpty();
        }
        return disk;
    }

    private static String segment(int number) {
        return DIRECTORY + "/00000001000000000000000" + number + (number == 4 ? ".partial" : "");
    }

    private static void cut(Disk disk, int number, int length) {
        try {
            var bytes = new byte[length];
            try (var file = disk.open(segment(number))) {
                assertThat(file.read(ByteBuffer.wrap(bytes), 0)).isEqualTo(length);
            }
            disk.unlink(segment(number));
            try (var file = disk.create(segment(number))) {
                file.write(ByteBuffer.wrap(bytes), 0);
                file.force();
            }
            disk.force(DIRECTORY);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void remove(Disk disk, int number) {
        try {
            disk.unlink(segment(number));
            disk.force(DIRECTORY);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(Disk disk, String directory) throws IOException {
        var names = new ArrayList<String>();
        if (disk.stat(directory).isPresent()) {
            disk.names(directory, names::add);
        }
        return names;
    }

    /** Where the last record ends that lies wholly before this position. */
    private static Lsn recordEnd(long position) {
        return new Lsn(
                LOG.ends().stream().mapToLong(Long::longValue).filter(end -> end <= position).max().orElseThrow());
    }

    private static SpoolCut onlyCut(Spool spool) {
        var cuts = spool.takeCuts();
        assertThat(cuts).hasSize(1);
        assertThat(cuts.getFirst().incarnation()).isEqualTo(SpoolTest.lineage(1, 1, 0).incarnation());
        return cuts.getFirst();
    }

    /** What can be used is the log's, and what the server sends again goes on behind it. */
    private static void assertGoesOn(SpooledLog log) {
        var bytes = LOG.bytes();
        var from = (int) log.first().value();
        var there = new byte[(int) log.received().value() - from];
        log.read(from, there, 0, there.length);
        assertThat(Arrays.mismatch(there, Arrays.copyOfRange(bytes, from, from + there.length))).isEqualTo(-1);
        var again = (int) log.writableFrom().value();
        log.append(new Lsn(again), ByteBuffer.wrap(bytes, again, bytes.length - again));
        log.force();
        var all = new byte[bytes.length - from];
        log.read(from, all, 0, all.length);
        assertThat(Arrays.mismatch(all, Arrays.copyOfRange(bytes, from, bytes.length))).isEqualTo(-1);
    }

    @Test
    void aSegmentThatWasCutEndsTheLogAndWhatFollowsLiesAsideUntilItIsStored() throws Exception {
        cut(disk, 2, CUT);
        try (var spool = Spool.open(disk, ROOM)) {
            var log = spool.logs().getFirst();
            assertThat(log.first()).isEqualTo(new Lsn(SEGMENT));
            assertThat(log.received()).isEqualTo(log.durable()).isEqualTo(recordEnd(2 * SEGMENT + CUT));
            var cut = onlyCut(spool);
            assertThat(cut.usableTo()).isEqualTo(log.received());
            assertThat(cut.aside()).isEqualTo(2);
            assertThat(cut.place()).endsWith(ASIDE);
            assertThat(names(disk, ASIDE)).containsExactlyInAnyOrder("000000010000000000000003",
                    "000000010000000000000004.partial");
            assertGoesOn(log);
        }
        try (var spool = Spool.open(disk, ROOM)) {
            assertThat(spool.takeCuts()).as("it is whole again").isEmpty();
            var log = spool.logs().getFirst();
            assertThat(log.received()).isEqualTo(recordEnd(LOG.bytes().length));
            log.release(log.received());
            assertThat(names(disk, ASIDE)).as("not all that it can hold is stored").hasSize(2);
            log.append(log.received(), ByteBuffer.wrap(new byte[5 * SEGMENT - (int) log.received().value()]));
            log.release(log.received());
            assertThat(disk.stat(ASIDE)).isEmpty();
        }
    }

    @Test
    void aSegmentThatIsMissingEndsTheLog() throws Exception {
        remove(disk, 3);
        try (var spool = Spool.open(disk, ROOM)) {
            var log = spool.logs().getFirst();
            assertThat(log.received()).isEqualTo(new Lsn(3 * SEGMENT));
            assertThat(onlyCut(spool).aside()).isOne();
            assertThat(names(disk, ASIDE)).containsExactly("000000010000000000000004.partial");
            assertGoesOn(log);
        }
    }

    @Test
    void aLogWhoseBeginningIsMissingIsGivenUpAndKeptAside() throws Exception {
        remove(disk, 1);
        try (var spool = Spool.open(disk, ROOM)) {
            assertThat(spool.logs()).isEmpty();
            var cut = onlyCut(spool);
            assertThat(cut.usableTo()).isEqualTo(new Lsn(SEGMENT));
            assertThat(cut.aside()).isEqualTo(3);
            assertThat(names(disk, DIRECTORY)).isEmpty();
            assertThat(names(disk, ASIDE)).hasSize(3);

            var joined = spool.begin(SpoolTest.lineage(1, 1, 0), true, true, new Lsn(2 * SEGMENT));
            joined.append(new Lsn(2 * SEGMENT), ByteBuffer.wrap(new byte[4 * SEGMENT]));
            joined.release(new Lsn(6 * SEGMENT));
            assertThat(disk.stat(ASIDE)).as("the history is stored past it").isEmpty();
        }
    }

    @Test
    void theNewestSegmentEndsWhereItWasCutWhetherItWasWholeOrPartial() throws Exception {
        cut(disk, 4, 12 * 8_192);
        try (var spool = Spool.open(disk, ROOM)) {
            assertThat(onlyCut(spool)).isEqualTo(new SpoolCut(SpoolTest.lineage(1, 1, 0).incarnation(),
                    recordEnd(4 * SEGMENT + 12 * 8_192), 0, disk.place() + "/" + ASIDE));
        }
        remove(disk, 4);
        cut(disk, 3, 0);
        try (var spool = Spool.open(disk, ROOM)) {
            var log = spool.logs().getFirst();
            assertThat(onlyCut(spool).usableTo()).isEqualTo(log.received()).isEqualTo(new Lsn(3 * SEGMENT));
            assertGoesOn(log);
        }
        assertThat(disk.stat(ASIDE)).isEmpty();
    }

    @Test
    void aReleasedSegmentThatAPowerCutBroughtBackIsNoGap() throws Exception {
        try (var file = disk.create(DIRECTORY + "/000000010000000000000000")) {
            file.write(ByteBuffer.wrap(new byte[1]), SEGMENT - 1L);
        }
        try (var spool = Spool.open(disk, ROOM)) {
            assertThat(spool.takeCuts()).isEmpty();
            assertThat(spool.logs().getFirst().first()).isEqualTo(new Lsn(SEGMENT));
            assertThat(spool.logs().getFirst().received()).isEqualTo(recordEnd(LOG.bytes().length));
        }
        assertThat(disk.stat(DIRECTORY + "/000000010000000000000000")).isEmpty();
    }

    @Test
    void whatIsPutAsideTwiceIsKeptTwice() throws Exception {
        for (var time = 1; time <= 2; time++) {
            remove(disk, 3);
            try (var spool = Spool.open(disk, ROOM)) {
                assertThat(onlyCut(spool).aside()).isOne();
                assertGoesOn(spool.logs().getFirst());
            }
        }
        assertThat(names(disk, ASIDE)).containsExactlyInAnyOrder("000000010000000000000004.partial",
                "000000010000000000000004.partial.1");
    }

    @Test
    void aCutThatIsFoundWhileTheSpoolIsInUseIsMendedOnceAndNothingElseIs() {
        try (var spool = Spool.open(disk, ROOM)) {
            var log = spool.logs().getFirst();
            remove(disk, 2);
            assertThatThrownBy(() -> log.read(2 * SEGMENT, new byte[10], 0, 10)).isInstanceOf(SpoolFault.Damaged.class);
            assertThat(spool.mend()).isTrue();
            assertThat(onlyCut(spool).aside()).isEqualTo(2);
            assertThat(spool.logs().getFirst()).isNotSameAs(log);
            assertThat(spool.logs().getFirst().received()).isEqualTo(new Lsn(2 * SEGMENT));
            assertThat(spool.mend()).as("nothing is missing any more").isFalse();
            remove(disk, 1);
            assertThat(spool.mend()).isTrue();
            assertThat(onlyCut(spool).aside()).isZero();
            assertThat(spool.logs()).isEmpty();
        }
    }

    @Test
    void whereverMendingIsCutOffTheNextOneEndsItAndNothingIsLost() throws Exception {
        var runs = 0;
        for (var seed = 1; seed <= 2; seed++) {
            for (var stop = 1; stopped(seed, stop); stop++) {
                runs++;
            }
        }
        assertThat(runs).isGreaterThan(20);
    }

    /** Cuts segment 2, opens the spool, ends that at an operation, half of the times with the power; then opens it again. */
    private static boolean stopped(int seed, int stop) throws IOException {
        var before = filled(seed * 1_000L + stop);
        cut(before, 2, CUT);
        var stopped = false;
        try {
            Spool.open(new InterceptedDisk(before, InterceptedDisk.stoppingAt(stop)), ROOM).close();
        } catch (InterceptedDisk.Stopped e) {
            stopped = true;
        }
        var after = seed % 2 == 0 ? before.cut() : before;
        try (var spool = Spool.open(after, ROOM)) {
            var log = spool.logs().getFirst();
            assertThat(log.received()).as("seed %d stop %d", seed, stop).isEqualTo(recordEnd(2 * SEGMENT + CUT));
            assertGoesOn(log);
            assertThat(log.bytes()).isEqualTo(4L * SEGMENT);
        }
        assertThat(names(after, ASIDE)).as("seed %d stop %d", seed, stop).hasSize(2);
        assertThat(Optional.of(names(after, DIRECTORY)).filter(all -> all.contains("lineage"))).isPresent();
        return stopped;
    }
}
