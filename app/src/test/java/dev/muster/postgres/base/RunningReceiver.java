// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.disk.LocalDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.Cadence;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.Receiver;
import dev.muster.postgres.wal.receive.ReceiverOptions;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.work.CrashPoints;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** The receiver of the system "clinic", in this process; closing it stores what was received. */
public final class RunningReceiver implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Wait WAIT = new Wait(System::nanoTime);
    private static final long SPOOL_BYTES_MAX = 1L << 30;
    private static final long SEED = 20_261_125;

    private final Spool spool;
    private final Receiver receiver;
    private final Scope scope;

    private RunningReceiver(Spool spool, Receiver receiver) throws InterruptedException {
        this.spool = spool;
        this.receiver = receiver;
        this.scope = Scope.open("receiver", 1);
        scope.fork(receiver::run);
    }

    /** Starts it, and waits until it receives. */
    public static RunningReceiver start(TestRepository repository, ConnectionSettings settings, Path directory)
            throws Exception {
        var running = begin(repository, settings, directory, CrashPoints.none(), false);
        running.awaitStreaming();
        return running;
    }

    /** Starts it and does not wait. */
    public static RunningReceiver begin(TestRepository repository, ConnectionSettings settings, Path directory,
            CrashPoints crashPoints, boolean newHistory) throws Exception {
        var spool = Spool.open(LocalDisk.make(directory.resolve("spool")), SPOOL_BYTES_MAX);
        var shipping = new ReceiverOptions.Shipping(new Cadence(Duration.ofMillis(100), 4 << 20), 1, "db1");
        var options = new ReceiverOptions("clinic", settings, SlotNames.of("clinic"), Policy.asynchronous(), shipping,
                newHistory);
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED), crashPoints);
        var receiver =
                new Receiver(options, Servers.connector(), LogRepository.of(repository.vault(), "db1"), spool, clocks,
                        _ -> {});
        return new RunningReceiver(spool, receiver);
    }

    /** Waits until it receives. */
    public void awaitStreaming() throws InterruptedException {
        assertThat(WAIT.until(() -> state().phase() == ReceiverState.Phase.STREAMING, SOON)).as("it receives").isTrue();
    }

    /** Waits until the repository knows the history under the name that it keeps. */
    public void awaitSettled() throws InterruptedException {
        assertThat(WAIT.until(receiver::isSettled, SOON)).as("its history is settled").isTrue();
    }

    public ReceiverState state() {
        return receiver.state();
    }

    /** Waits until the repository has the log up to here. */
    public void awaitStored(Lsn position) throws InterruptedException {
        assertThat(WAIT.until(() -> !state().log().stored().isBefore(position), SOON)).as("stored to %s", position)
                .isTrue();
    }

    @Override
    public void close() {
        receiver.stop();
        try {
            scope.join();
            assertThat(receiver.drain()).as("all of it is stored").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            scope.close();
            spool.close();
        }
    }
}
