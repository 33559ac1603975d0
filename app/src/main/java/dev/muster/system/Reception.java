// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.fault.Fault;
import dev.muster.postgres.conninfo.ServerHost;
import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.advice.Advise;
import dev.muster.postgres.wal.advice.Facts;
import dev.muster.postgres.wal.advice.WatchServer;
import dev.muster.postgres.wal.receive.Receiver;
import dev.muster.postgres.wal.receive.ReceiverOptions;
import dev.muster.postgres.wal.receive.SideConnection;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of a receiver from its start to its end. */
final class Reception {

    private static final Duration TELL_EVERY = Duration.ofMillis(500);

    /** Together less than the program leaves a command that is told to stop. */
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(8);
    private static final Duration DRAIN_AT_MOST = Duration.ofSeconds(9);

    private final PostgresAccess postgres;
    private final ReceiverOptions options;
    private final Path spool;
    private final Receiver receiver;
    private final StreamSystem.Report report;
    private final WatchRepository repository;
    private final CountDownLatch ended = new CountDownLatch(1);
    private List<Advice> advised = List.of();

    Reception(PostgresAccess postgres, ReceiverOptions options, Receiver receiver, StreamSystem.Report report,
            WatchRepository repository, Path spool) {
        this.postgres = postgres;
        this.options = options;
        this.receiver = receiver;
        this.report = report;
        this.repository = repository;
        this.spool = spool;
    }

    /** Receives until it is over; returns whether all that was received is in the repository. */
    boolean run() throws InterruptedException {
        try {
            receive();
            var drained = drain();
            report.tell();
            if (drained) {
                repository.look();
            }
            return drained;
        } catch (Fault e) {
            report.tell(e);
            throw e;
        }
    }

    /** Broken off when the time is up, also in the middle of a pause that a store made necessary. */
    private boolean drain() throws InterruptedException {
        var drained = new AtomicBoolean();
        var done = new CountDownLatch(1);
        try (var scope = Scope.open("drain", 1)) {
            scope.fork(() -> {
                try {
                    drained.set(receiver.drain(DRAIN_AT_MOST));
                } finally {
                    done.countDown();
                }
            });
            if (!done.await(DRAIN_AT_MOST.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return drained.get();
    }

    private void receive() throws InterruptedException {
        try (var scope = Scope.open("stream", 3)) {
            var receiving = scope.submit(() -> {
                try {
                    receiver.run();
                } finally {
                    ended.countDown();
                }
                return true;
            });
            scope.fork(this::watch);
            scope.fork(() -> repository.run(new Wait(postgres.clocks().nanoTime()), () -> ended.getCount() == 0));
            awaitOver();
            receiver.stop();
            if (ended.await(STOP_AT_MOST.toNanos(), TimeUnit.NANOSECONDS)) {
                receiving.await();
            }
        }
    }

    /** Returns also when this thread is interrupted: that is how a program is told to stop, and no reason to lose log. */
    private void awaitOver() {
        try {
            var over = report.tell();
            while (!over && !ended.await(TELL_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
                over = report.tell();
            }
        } catch (InterruptedException e) {
            receiver.stop();
        }
    }

    private void watch() throws InterruptedException {
        var beside = new SideConnection(postgres.connector(), options, "_watch");
        new WatchServer(beside, new Wait(postgres.clocks().nanoTime()), () -> ended.getCount() == 0)
                .run(receiver::standing, this::advise);
    }

    private void advise(Facts facts) {
        var advice = new ArrayList<>(Advise.of(options.connection()));
        advice.addAll(new Advise(options.policy(), options.applicationName(), isOnDiskOf(facts)).of(facts));
        if (!advice.equals(advised)) {
            advised = List.copyOf(advice);
            report.audience().advised(advised);
        }
    }

    /** Whether the spool is known to lie on the disk of a server on this host. */
    private boolean isOnDiskOf(Facts facts) {
        var local = options.connection().hosts().stream().allMatch(ServerHost::isLocal);
        if (!local || facts.dataDirectory().isEmpty()) {
            return false;
        }
        try {
            return Files.getFileStore(Path.of(facts.dataDirectory().get())).equals(Files.getFileStore(spool));
        } catch (IOException | SecurityException e) {
            return false;
        }
    }
}
