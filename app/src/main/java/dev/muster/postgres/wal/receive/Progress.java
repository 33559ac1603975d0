// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** How far the log has come, on the way that the server takes now. Safe for use by any thread. */
final class Progress {

    static final Duration SILENCE_MAX = Duration.ofSeconds(5);
    private static final int MOMENTS_MAX = 1_024;
    private static final Lsn NEVER = new Lsn(-1);

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition enoughSpooled = lock.newCondition();
    private final Condition moreStored = lock.newCondition();
    private final RpoMeter meter = new RpoMeter(SILENCE_MAX);

    /** The server's time when its log ended at a position. */
    private final TreeMap<Lsn, Instant> endings = new TreeMap<>();
    private Optional<Uid> current = Optional.empty();
    private Lsn received = Lsn.ZERO;
    private Lsn spooled = Lsn.ZERO;
    private Lsn stored = Lsn.ZERO;

    /** Before this nothing is acknowledged: the past is not compared yet. */
    private Optional<Lsn> provenFrom = Optional.empty();
    private Optional<Instant> serverTime = Optional.empty();

    /** What the shipper waits for; the highest position while it does not wait. */
    private Lsn wanted = NEVER;

    Progress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What is known at one moment. */
    record Snapshot(Lsn serverEnd, Lsn received, Lsn spooled, Lsn stored, Rpo spoolRpo, Rpo storeRpo,
            Optional<Instant> serverTime, boolean proven) {}

    /** A session goes on along this history, of which this much is there. */
    void begin(Uid incarnation, Lsn has, Lsn isStored, Lsn serverPosition) {
        locked(() -> {
            current = Optional.of(incarnation);
            received = has;
            spooled = has;
            stored = isStored;
            provenFrom = Optional.empty();
            endings.clear();
            meter.restart(serverPosition, nanoTime.getAsLong());
        });
    }

    /** The history of the session turned out to have been begun by somebody else, under another name. */
    void renamed(Uid before, Uid now) {
        locked(() -> current = current.map(way -> way.equals(before) ? now : way));
    }

    /** What lies before was compared: acknowledgements may begin. */
    void proven(Lsn from) {
        locked(() -> provenFrom = Optional.of(from));
    }

    /** The session ended. */
    void unproven() {
        locked(() -> provenFrom = Optional.empty());
    }

    /** The server said something: how far its log reached, by its own clock. */
    void heard(Lsn serverEnd, Instant sentAt) {
        locked(() -> {
            meter.heard(serverEnd, nanoTime.getAsLong());
            endings.putIfAbsent(serverEnd, sentAt);
            if (endings.size() > MOMENTS_MAX) {
                endings.pollFirstEntry();
            }
            serverTime = Optional.of(sentAt);
        });
    }

    void received(Lsn end) {
        locked(() -> received = end);
    }

    void spooled(Lsn end) {
        locked(() -> {
            spooled = end;
            if (!end.isBefore(wanted)) {
                enoughSpooled.signalAll();
            }
        });
    }

    /**
     * The repository has this much.
     *
     * @param way the newest history that the position belongs to: of no interest if the server has taken another
     */
    void stored(Uid way, Lsn end) {
        locked(() -> {
            if (!way.equals(current.orElse(way))) {
                return;
            }
            stored = end;
            meter.settled(end.isBefore(spooled) ? end : spooled);
            endings.headMap(end, false).clear();
            moreStored.signalAll();
        });
    }

    /** The server's time when its log ended here, if it was heard to say so. */
    Optional<Instant> endedAt(Lsn end) {
        lock.lock();
        try {
            return Optional.ofNullable(endings.get(end));
        } finally {
            lock.unlock();
        }
    }

    Snapshot snapshot() {
        lock.lock();
        try {
            var now = nanoTime.getAsLong();
            return new Snapshot(meter.serverEnd(), received, spooled, stored, meter.rpo(spooled, now),
                    meter.rpo(stored, now), serverTime, provenFrom.isPresent());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the log is spooled up to this position, at most so long. */
    void awaitSpooled(Lsn position, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            wanted = position;
            var left = atMost.toNanos();
            while (spooled.isBefore(position) && left > 0) {
                left = enoughSpooled.awaitNanos(left);
            }
        } finally {
            wanted = NEVER;
            lock.unlock();
        }
    }

    /** Waits until more than this is stored, or there is no reason to wait any more, at most so long. */
    void awaitStored(Lsn above, Duration atMost, BooleanSupplier over) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = atMost.toNanos();
            while (!stored.isAfter(above) && !over.getAsBoolean() && left > 0) {
                left = moreStored.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets those who wait look again. */
    void wake() {
        locked(() -> {
            moreStored.signalAll();
            enoughSpooled.signalAll();
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
