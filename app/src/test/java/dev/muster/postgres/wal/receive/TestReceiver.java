// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.disk.LocalDisk;
import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.WireLimits;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalRepository;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.Wait;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/** A receiver in this process, on a thread of its own, with a spool on a real disk. */
public final class TestReceiver implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);
    /** So long does a repository that works never take, even on a busy machine. */
    private static final Duration OUTAGE_AFTER = Duration.ofSeconds(6);

    static final long SPOOL_BYTES = 1L << 30;
    static final Wait WAIT = new Wait(System::nanoTime);

    private final List<ReceiverEvent> events = new CopyOnWriteArrayList<>();
    private final WalRepository repository;
    private final Spool spool;
    private final Receiver receiver;
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    private TestReceiver(WalRepository repository, Path spoolDirectory, ReceiverOptions options, long spoolBytes)
            throws Exception {
        this.repository = repository;
        this.spool = Spool.open(LocalDisk.make(spoolDirectory), spoolBytes);
        var random = new Random(1);
        var connector = new Connector(TestWire.TIMING, random, WireLimits.DEFAULT.withSilenceMax(SOON), _ -> {});
        this.receiver =
                new Receiver(options, connector, new LogRepository(repository.archive(Role.CAPTURE), Map::of), spool,
                        new Clocks(InstantSource.system(), System::nanoTime, random), events::add);
        this.thread = Thread.ofPlatform().name("test-receiver").start(this::run);
    }

    public static TestReceiver start(WalRepository repository, Path spool, ReceiverOptions options) throws Exception {
        return new TestReceiver(repository, spool, options, SPOOL_BYTES);
    }

    public static TestReceiver start(WalRepository repository, Path spool, ReceiverOptions options, long spoolBytes)
            throws Exception {
        return new TestReceiver(repository, spool, options, spoolBytes);
    }

    public static ReceiverOptions options(String conninfo, Policy policy) {
        return options(TestWire.settings(conninfo), policy);
    }

    static ReceiverOptions options(ConnectionSettings settings, Policy policy) {
        return new ReceiverOptions("clinic", settings, SlotNames.of("clinic"), policy,
                new ReceiverOptions.Shipping(new Cadence(Duration.ofMillis(200), 4 << 20), 1, "receiver-1"), false);
    }

    static ReceiverOptions withNewHistory(ReceiverOptions options) {
        return new ReceiverOptions(options.system(), options.connection(), options.slots(), options.policy(),
                options.shipping(), true);
    }

    static Policy synchronous(Policy.Durability durability, Policy.OnOutage onOutage) {
        return new Policy(true, durability, onOutage, OUTAGE_AFTER);
    }

    private void run() {
        try {
            receiver.run();
        } catch (InterruptedException e) {
            failure = null;
        } catch (Throwable e) {
            failure = e;
        }
    }

    Receiver receiver() {
        return receiver;
    }

    Spool spool() {
        return spool;
    }

    ReceiverState state() {
        return receiver.state();
    }

    boolean isStreaming() {
        return state().phase() == ReceiverState.Phase.STREAMING;
    }

    List<ReceiverEvent> events() {
        return events;
    }

    <E extends ReceiverEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Waits for something, and says what happened if it does not come. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        var held = WAIT.until(() -> failure != null || condition.getAsBoolean(), SOON);
        assertThat(failure).as("while waiting for %s", what).isNull();
        assertThat(held).as("%s; state %s; events %s", what, state(), events).isTrue();
    }

    public void awaitStored(Lsn position) throws InterruptedException {
        await("stored up to " + position, () -> !state().log().stored().isBefore(position));
    }

    void awaitSpooled(Lsn position) throws InterruptedException {
        await("spooled up to " + position, () -> !state().log().spooled().isBefore(position));
    }

    /** Waits until it gives up, and returns why. */
    Fault refused() throws InterruptedException {
        thread.join(SOON);
        assertThat(failure).as("state %s; events %s", state(), events).isInstanceOf(Fault.class);
        return (Fault) Objects.requireNonNull(failure);
    }

    /** The newest history that the repository knows. */
    public Lineage lineage() throws InterruptedException {
        return repository.archive(Role.RESTORE).lineages().known().stream()
                .max(Comparator.comparing(Lineage::made)).orElseThrow();
    }

    static byte[] stored(WalRepository repository, Lineage lineage, Lsn from, Lsn to) throws Exception {
        var out = new ByteArrayOutputStream();
        WalArchive archive = repository.archive(Role.RESTORE);
        archive.read(lineage.incarnation(), new WalSpan(from.value(), to.value()),
                (_, bytes, offset, length) -> out.write(bytes, offset, length));
        return out.toByteArray();
    }

    /** Stops it in an orderly way; what it received stays in the spool. */
    void stop() throws InterruptedException {
        receiver.stop();
        thread.join(SOON);
        assertThat(thread.isAlive()).as("it stops").isFalse();
        assertThat(failure).isNull();
    }

    /** Stops it in an orderly way and moves all to the repository. */
    public void finish() throws InterruptedException {
        stop();
        assertThat(receiver.drain()).isTrue();
    }

    /** Ends it at once, as far as a thread can be; what it wrote stays. */
    @Override
    public void close() {
        receiver.stop();
        thread.interrupt();
        var ended = false;
        while (!ended) {
            try {
                ended = thread.join(SOON);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        spool.close();
    }
}
