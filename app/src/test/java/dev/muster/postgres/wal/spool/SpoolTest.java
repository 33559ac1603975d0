// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.LocalDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.record.LogBuilder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SpoolTest {

    private static final int SEGMENT = 1 << 20;
    private static final long ROOM = 64L << 20;

    @TempDir
    Path directory;

    static Lineage lineage(long number, long timeline, long first) {
        var history = timeline == 1 ? new byte[0] : "1\t0/900000\tx\n".getBytes(StandardCharsets.US_ASCII);
        return new Lineage(new Uid(7, number), new Lineage.Origin(-3, timeline, history),
                new Lineage.Descent(Optional.of(new Uid(1, 1)), 77, false, first), SEGMENT, 170_004,
                Instant.parse("2026-07-01T12:00:00Z").plusSeconds(number), "host one");
    }

    private Spool open() {
        return Spool.open(LocalDisk.at(directory), ROOM);
    }

    private static byte[] read(SpooledLog log, long from, int length) {
        var bytes = new byte[length];
        log.read(from, bytes, 0, length);
        return bytes;
    }

    private Path file(Lineage lineage, String name) {
        return directory.resolve(lineage.incarnation().hex()).resolve(name);
    }

    @Test
    void segmentsAreTheServersFilesByteForByteAndNobodyElsesToRead() throws Exception {
        var lineage = lineage(1, 1, 5 * SEGMENT);
        var bytes = new LogBuilder(1, new WalSegmentSize(SEGMENT), 5 * SEGMENT).fill(SEGMENT + 300_000, 9_000).bytes();
        try (var spool = open()) {
            var log = spool.begin(lineage, false, true, new Lsn(lineage.descent().first()));
            for (var at = 0; at < bytes.length; at += 100_000) {
                log.append(new Lsn(5 * SEGMENT + at), ByteBuffer.wrap(bytes, at, Math.min(100_000, bytes.length - at)));
            }
            assertThat(log.durable()).isEqualTo(new Lsn(6 * SEGMENT));
            log.force();
            assertThat(log.durable()).isEqualTo(new Lsn(5 * SEGMENT + bytes.length)).isEqualTo(log.received());
            assertThat(spool.bytes()).isEqualTo(2 * SEGMENT);
        }
        var whole = file(lineage, "000000010000000000000005");
        var partial = file(lineage, "000000010000000000000006.partial");
        assertThat(Files.readAllBytes(whole)).isEqualTo(Arrays.copyOf(bytes, SEGMENT));
        assertThat(Files.readAllBytes(partial)).isEqualTo(Arrays.copyOfRange(bytes, SEGMENT, 2 * SEGMENT));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(partial))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(partial.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void whatIsFoundEndsWithTheLastValidRecordAndGoesOnThere() throws Exception {
        var lineage = lineage(2, 2, 0);
        var builder = new LogBuilder(2, new WalSegmentSize(SEGMENT), 0).fill(SEGMENT + 200_000, 5_000);
        var bytes = builder.bytes();
        var cut = bytes.length - 2_000;
        try (var spool = open()) {
            var log = spool.begin(lineage, false, true, new Lsn(lineage.descent().first()));
            log.append(Lsn.ZERO, ByteBuffer.wrap(bytes, 0, cut));
            log.force();
            log.setAnnounced();
        }
        try (var spool = open()) {
            var log = spool.logs().getFirst();
            var valid =
                    builder.ends().stream().mapToLong(Long::longValue).filter(end -> end <= cut).max().orElseThrow();
            assertThat(log.received()).isEqualTo(new Lsn(valid)).isEqualTo(log.durable());
            assertThat(log.announced()).isTrue();
            assertThat(log.lineage().origin()).isEqualTo(lineage.origin());
            assertThat(log.end()).isEmpty();
            assertThat(log.writableFrom()).isEqualTo(new Lsn(SEGMENT));
            assertThat(log.holds(new Lsn(100), ByteBuffer.wrap(bytes, 100, SEGMENT))).isTrue();
            var other = bytes.clone();
            other[SEGMENT + 5] ^= 1;
            assertThat(log.holds(new Lsn(SEGMENT), ByteBuffer.wrap(other, SEGMENT, 100))).isFalse();
            log.append(new Lsn(SEGMENT), ByteBuffer.wrap(bytes, SEGMENT, bytes.length - SEGMENT));
            log.force();
            log.setEnded();
            assertThat(read(log, 0, bytes.length)).isEqualTo(bytes);
            assertThatThrownBy(() -> log.append(new Lsn(bytes.length + 1), ByteBuffer.wrap(bytes)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        try (var spool = open()) {
            assertThat(spool.logs().getFirst().end()).contains(new Lsn(bytes.length));
            spool.remove(spool.logs().getFirst());
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void junkBehindTheValidEndBecomesZerosOnceTheLogGoesOn() throws Exception {
        var lineage = lineage(3, 1, 0);
        var bytes = new LogBuilder(3, new WalSegmentSize(SEGMENT), 0).fill(50_000, 500).bytes();
        try (var spool = open()) {
            spool.begin(lineage, true, true, new Lsn(lineage.descent().first())).append(Lsn.ZERO,
                    ByteBuffer.wrap(bytes));
        }
        var partial = file(lineage, "000000010000000000000000.partial");
        var torn = Files.readAllBytes(partial);
        Arrays.fill(torn, 700_000, 800_000, (byte) 9);
        Files.write(partial, torn);
        try (var spool = open()) {
            var log = spool.logs().getFirst();
            assertThat(log.received()).isEqualTo(new Lsn(bytes.length));
            log.append(log.received(), ByteBuffer.wrap(new byte[]{1}));
        }
        assertThat(Files.readAllBytes(partial)[750_000]).isZero();
    }

    @Test
    void segmentsAreReleasedButForThoseThatAreNeededToCheckWhatFollows() {
        var bytes = new LogBuilder(4, new WalSegmentSize(SEGMENT), 0).fill(2 * SEGMENT - 2_000, 900)
                .record(3 * SEGMENT)
                .fill(6 * SEGMENT, 900)
                .bytes();
        try (var spool = open()) {
            var log = spool.begin(lineage(4, 1, 0), true, true, Lsn.ZERO);
            log.append(Lsn.ZERO, ByteBuffer.wrap(bytes));
            log.release(new Lsn(2 * SEGMENT));
            assertThat(log.first()).isEqualTo(Lsn.ZERO);
            log.release(new Lsn(4 * SEGMENT + 5));
            // The record of three segments begins in segment 1; segment 0 is the one to compare.
            assertThat(log.first()).isEqualTo(Lsn.ZERO);
            log.release(new Lsn(6 * SEGMENT));
            assertThat(log.first()).isEqualTo(new Lsn(4 * SEGMENT));
            assertThat(log.bytes()).isEqualTo(3L * SEGMENT);
        }
    }

    @Test
    void whatWasNeverCheckedOrNeverReceivedIsGoneAfterwards() {
        try (var spool = open()) {
            var log = spool.begin(lineage(8, 1, 0), true, false, Lsn.ZERO);
            log.append(Lsn.ZERO, ByteBuffer.wrap(new byte[100]));
            log.force();
            spool.begin(lineage(9, 1, 0), true, true, Lsn.ZERO);
            var checked = spool.begin(lineage(10, 1, 0), true, false, new Lsn(SEGMENT));
            checked.append(new Lsn(SEGMENT), ByteBuffer.wrap(new byte[100]));
            checked.setChecked();
        }
        try (var spool = open()) {
            assertThat(spool.logs()).extracting(log -> log.lineage().incarnation().low()).containsExactly(10L);
            assertThat(directory.toFile().list()).hasSize(1);
            assertThat(spool.logs().getFirst().first()).isEqualTo(new Lsn(SEGMENT));
        }
    }

    @Test
    void roomIsCountedOverAllLogs() {
        try (var spool = Spool.open(LocalDisk.at(directory), 3L * SEGMENT)) {
            spool.begin(lineage(5, 1, 0), true, true, Lsn.ZERO).append(Lsn.ZERO,
                    ByteBuffer.wrap(new byte[SEGMENT + 1]));
            assertThat(spool.hasRoomFor(SEGMENT)).isTrue();
            spool.begin(lineage(6, 1, 0), true, true, Lsn.ZERO).append(Lsn.ZERO, ByteBuffer.wrap(new byte[1]));
            assertThat(spool.hasRoomFor(SEGMENT)).isFalse();
            assertThat(spool.logs()).extracting(log -> log.lineage().incarnation().low()).containsExactly(5L, 6L);
        }
    }

    @Test
    void aSegmentThatIsNotAsItWasLeftIsSaid() throws Exception {
        var lineage = lineage(7, 1, 0);
        try (var spool = open()) {
            spool.begin(lineage, true, true, new Lsn(lineage.descent().first())).append(Lsn.ZERO,
                    ByteBuffer.wrap(new byte[SEGMENT]));
        }
        var whole = file(lineage, "000000010000000000000000");
        Files.write(whole, new byte[SEGMENT + 5]);
        assertThatThrownBy(this::open).isInstanceOf(SpoolFault.Damaged.class).hasMessageContaining("1048581 bytes");
        Files.delete(whole);
        Files.write(file(lineage, "000000020000000000000000"), new byte[SEGMENT]);
        assertThatThrownBy(this::open).isInstanceOf(SpoolFault.Damaged.class).hasMessageContaining("timeline");
    }

    @Test
    void theDescriptionIsFrozen() {
        var text = """
                muster spool 1
                incarnation 00000000000000070000000000000002
                system 18446744073709551613
                timeline 2
                parent 00000000000000010000000000000001
                fork 0/4D
                proven no
                first 0/100000
                segment-bytes 1048576
                server-version 170004
                made 2026-07-01T12:00:02Z
                announced yes
                checked no
                kept-from 0/100000
                end 0/180000
                host host one
                """;
        var lineage = lineage(2, 2, SEGMENT);
        var description = new Description(lineage, true, false, Optional.of(new Lsn(SEGMENT)),
                Optional.of(new Lsn(0x180000)));
        assertThat(new String(description.encode(), StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(Description.decode("x", text.getBytes(StandardCharsets.UTF_8), lineage.origin().history()))
                .isEqualTo(description);
        assertThat(Description.decode("x", text.replace("kept-from 0/100000\n", "").getBytes(StandardCharsets.UTF_8),
                lineage.origin().history()).keptFrom()).isEmpty();
        for (var wrong : new String[]{"", "muster spool 2\n", text.replace("proven no", "proven maybe"),
                text.replace("timeline 2\n", ""), text.replace("0/4D", "4D")}) {
            assertThatThrownBy(() -> Description.decode("x", wrong.getBytes(StandardCharsets.UTF_8), new byte[0]))
                    .isInstanceOf(SpoolFault.Damaged.class);
        }
    }
}
