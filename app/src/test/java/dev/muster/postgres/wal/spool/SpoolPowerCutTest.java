// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.PowerCutDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.record.LogBuilder;
import dev.muster.vault.object.Uid;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The power is cut, or the program killed, at every operation of the disk: what was acknowledged is there afterwards. */
class SpoolPowerCutTest {

    private static final int SEGMENT = 1 << 20;
    private static final long ROOM = 64L << 20;

    @Test
    void whatWasAcknowledgedSurvivesAPowerCutAtAnyOperation() {
        var runs = LongStream.range(0, 14).map(seed -> everywhere(seed, true)).sum();
        assertThat(runs).isGreaterThan(600);
    }

    @Test
    void whatWasWrittenSurvivesTheEndOfTheProgramAtAnyOperation() {
        var runs = LongStream.range(100, 104).map(seed -> everywhere(seed, false)).sum();
        assertThat(runs).isGreaterThan(150);
    }

    private static int everywhere(long seed, boolean power) {
        for (var stop = 1;; stop++) {
            var run = new Run(seed, stop, power);
            if (!run.stopped()) {
                return stop;
            }
            run.check();
        }
    }

    private static final class Run {

        private final String name;
        private final LogBuilder builder;
        private final byte[] bytes;
        private final boolean power;
        private final PowerCutDisk before;
        private long acknowledged;
        private long written;
        private boolean stopped;

        Run(long seed, int stop, boolean power) {
            this.name = "seed " + seed + " stopped at " + stop;
            this.power = power;
            this.builder = new LogBuilder(seed, new WalSegmentSize(SEGMENT), 0).fill(2 * SEGMENT + 400_000, 200_000);
            this.bytes = builder.bytes();
            this.before = new PowerCutDisk(seed * 1_000 + stop, InstantSource.fixed(Instant.EPOCH));
            try {
                receive(new InterceptedDisk(before, InterceptedDisk.stoppingAt(stop)), new Random(seed));
            } catch (InterceptedDisk.Stopped e) {
                stopped = true;
            }
        }

        boolean stopped() {
            return stopped;
        }

        private void receive(Disk disk, Random random) {
            var spool = Spool.open(disk, ROOM);
            var log = spool.begin(SpoolTest.lineage(1, 2, 0), false, true, Lsn.ZERO);
            while (written < bytes.length) {
                var length = (int) Math.min(bytes.length - written, 1 + random.nextInt(150_000));
                log.append(log.received(), ByteBuffer.wrap(bytes, (int) written, length));
                written += length;
                if (random.nextInt(3) == 0) {
                    log.force();
                }
                acknowledged = Math.max(acknowledged, log.durable().value());
                if (random.nextInt(6) == 0) {
                    log.setAnnounced();
                    log.release(new Lsn(random.nextLong(acknowledged + 1)));
                }
            }
            log.setEnded();
            acknowledged = 0;
            written = 0;
            spool.remove(log);
        }

        void check() {
            var after = power ? before.cut() : before;
            try (var spool = Spool.open(after, ROOM)) {
                assertThat(spool.takeCuts()).as(name).isEmpty();
                var log = spool.log(new Uid(7, 1));
                var valid = builder.ends().stream().mapToLong(Long::longValue)
                        .filter(end -> end <= (power ? acknowledged : written)).max().orElse(0);
                if (valid > 0) {
                    assertThat(log).as(name).isPresent();
                }
                if (log.isPresent() && log.get().end().isEmpty()) {
                    check(log.get(), valid);
                }
            }
            // Whatever is left can be opened again and again.
            Spool.open(after, ROOM).close();
        }

        private void check(SpooledLog log, long valid) {
            var from = log.first().value();
            var received = log.received().value();
            assertThat(received).as(name).isBetween(valid, (long) bytes.length);
            var there = new byte[(int) (received - from)];
            log.read(from, there, 0, there.length);
            assertThat(Arrays.mismatch(there, Arrays.copyOfRange(bytes, (int) from, (int) received))).as(name)
                    .isEqualTo(-1);
            assertThat(log.lineage().origin()).as(name).isEqualTo(SpoolTest.lineage(1, 2, 0).origin());
            var resumed = log.writableFrom().value();
            log.append(new Lsn(resumed), ByteBuffer.wrap(bytes, (int) resumed, bytes.length - (int) resumed));
            log.force();
            var all = new byte[bytes.length - (int) from];
            log.read(from, all, 0, all.length);
            assertThat(Arrays.mismatch(all, Arrays.copyOfRange(bytes, (int) from, bytes.length))).as(name)
                    .isEqualTo(-1);
        }
    }
}
