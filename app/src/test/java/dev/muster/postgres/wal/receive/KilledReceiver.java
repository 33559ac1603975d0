// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.disk.LocalDisk;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.WireLimits;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Receives into a repository in a directory and ends without notice at a crash point; at one that is unknown, too. */
final class KilledReceiver {

    static final int KILLED = 137;
    static final int AT_UNKNOWN_POINT = 99;
    static final String STARTED = "started";
    static final String SPOOL = "spool";

    /** At this point what was not forced is lost as well; before the first force nothing is acknowledged. */
    private static final String FORCED = "stream.after-force";
    private static final String UNFORCED = "stream.after-append";

    /** Longer than it takes until the server is told the next time. */
    private static final int LINGER_MILLIS = 1_500;

    private KilledReceiver() {}

    /** Arguments: directory, conninfo, whether commits wait for it, crash point, at which time that is reached. */
    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        var policy = Boolean.parseBoolean(arguments[2])
                ? TestReceiver.synchronous(Policy.Durability.SPOOL, Policy.OnOutage.BLOCK)
                : Policy.asynchronous();
        var options = TestReceiver.options(TestWire.settings(arguments[1]), policy);
        var left = new AtomicInteger(Integer.parseInt(arguments[4]));
        var forced = new AtomicBoolean();
        var random = new SecureRandom();
        var connector = new Connector(TestWire.TIMING, random, WireLimits.DEFAULT, _ -> {});
        try (var repository = TestRepository.open(directory, CrashPoints.none());
                var spool = Spool.open(LocalDisk.make(directory.resolve(SPOOL)), TestReceiver.SPOOL_BYTES)) {
            CrashPoints points = point -> {
                if (!ReceiverKillTest.POINTS.contains(point)) {
                    Runtime.getRuntime().halt(AT_UNKNOWN_POINT);
                }
                forced.compareAndSet(false, point.equals(FORCED));
                if (point.equals(arguments[3]) && (forced.get() || !point.equals(UNFORCED))
                        && left.decrementAndGet() == 0) {
                    if (point.equals(UNFORCED)) {
                        loseUnforced(spool.logs().getLast(), directory.resolve(SPOOL));
                    }
                    Runtime.getRuntime().halt(KILLED);
                }
            };
            var clocks = new Clocks(InstantSource.system(), System::nanoTime, random, points);
            System.out.println(STARTED);
            new Receiver(options, connector, LogRepository.of(repository.vault(), "receiver-1"), spool, clocks,
                    System.out::println)
                    .run();
        }
    }

    /** As in a power cut, after the other threads had the time to say what they should not. */
    private static void loseUnforced(SpooledLog log, Path spool) {
        var lineage = log.lineage();
        var durable = log.durable();
        var name = WalSegmentName.of(TimelineId.of(lineage.origin().timeline()), durable, log.segmentSize());
        var partial = spool.resolve(lineage.incarnation().hex()).resolve(name + ".partial");
        try {
            new CountDownLatch(1).await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
            try (var file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                var offset = durable.offsetInSegment(log.segmentSize());
                file.write(ByteBuffer.allocate(log.segmentSize().bytes() - offset), offset);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
