// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.RetryingStore;
import dev.muster.store.RetryingStore.Patience;
import dev.muster.store.Sha256;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.work.Wait;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a network and a busy server do to a store, between it and a real server. Mandatory for every kind of bucket. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class BucketFaults {

    /** Where an object of these tests is. */
    protected static final Key KEY = Key.of("data/ab/object");

    /** How long tests wait that wait for nothing. */
    protected static final Timing PATIENT =
            new Timing(Duration.ofSeconds(20), Duration.ofSeconds(60), 256 << 10);

    private static final long SEED = 20_261_120;
    private static final Timing IMPATIENT = new Timing(Duration.ofSeconds(20), Duration.ofSeconds(2), 256 << 10);

    private FaultProxy proxy;
    private BucketStore store;

    /** Something before the server, which hinders nothing yet. */
    protected abstract FaultProxy newProxy() throws Exception;

    /** Makes a store by way of an endpoint, always below the same prefix in one test. */
    protected abstract BucketStore create(URI endpoint) throws Exception;

    /** Opens it again. */
    protected abstract BucketStore open(URI endpoint, Timing timing) throws Exception;

    /** Whether this line, the first of a request, puts an object. */
    protected abstract boolean puts(String line);

    /** Whether this line, the first of a request, reads {@link #KEY}. */
    protected abstract boolean reads(String line);

    @BeforeEach
    final void open() throws Exception {
        proxy = newProxy();
        store = create(proxy.endpoint());
    }

    @AfterEach
    final void close() throws Exception {
        store.close();
        proxy.close();
    }

    /** The store under test. */
    protected final BucketStore store() {
        return store;
    }

    private void hinder(Predicate<String> which, Hindrance hindrance) {
        proxy.follow(line -> which.test(line) ? hindrance : new Hindrance.None());
    }

    /** Only the first such request. */
    private void hinderOnce(Predicate<String> which, Hindrance hindrance) {
        var done = new AtomicBoolean();
        hinder(line -> which.test(line) && !done.getAndSet(true), hindrance);
    }

    /** So many bytes that look random and are always the same for one seed. */
    protected static byte[] bytes(long seed, int length) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aStormOfEveryFaultIsOutlivedAndNothingIsLostOrChanged() throws Exception {
        var faults = new Random(SEED);
        proxy.follow(_ -> storm(faults));
        var patient = new RetryingStore(store, new Patience(30, Duration.ofMillis(1), Duration.ofMillis(5)),
                new Random(SEED), new Wait(System::nanoTime)::pause);
        var expected = new TreeMap<Key, byte[]>();
        for (var i = 0; i < 60; i++) {
            var key = Key.of("data/%02d/object".formatted(i));
            expected.put(key, bytes(i, i * 700));
            patient.put(key, Content.of(expected.get(key)));
            assertThat(patient.stat(key)).as("seed %d", SEED).isPresent();
        }
        for (var i = 0; i < 60; i += 3) {
            var key = Key.of("data/%02d/object".formatted(i));
            patient.delete(key);
            expected.remove(key);
        }

        var listed = new ArrayList<Key>();
        patient.list(Prefix.of("data/"), blob -> listed.add(blob.key()));
        assertThat(listed).as("seed %d", SEED).containsExactlyElementsOf(expected.keySet());
        for (var key : listed) {
            assertThat(patient.read(key, Range.whole())).as("seed %d", SEED).isEqualTo(expected.get(key));
        }
        assertThat(proxy.hindered()).as("seed %d", SEED).isGreaterThan(50);
    }

    private static Hindrance storm(Random faults) {
        synchronized (faults) {
            return switch (faults.nextInt(14)) {
                case 0 -> new Hindrance.Answer(503, "SlowDown", "Please reduce your request rate.");
                case 1 -> new Hindrance.Answer(500, "InternalError", "We encountered an internal error.");
                case 2 -> new Hindrance.Reset(false);
                case 3 -> new Hindrance.Reset(true);
                case 4 -> new Hindrance.Cut(faults.nextInt(2_000));
                default -> new Hindrance.None();
            };
        }
    }

    @Test
    void aPutWhoseOutcomeIsUnknownIsRepeatedAndSucceedsOnce() throws Exception {
        hinderOnce(this::puts, new Hindrance.Reset(true));
        assertThatThrownBy(() -> store.put(KEY, Content.of(bytes(1, 100_000))))
                .isInstanceOf(StoreException.Transient.class);
        var there = store.stat(KEY).orElseThrow();

        assertThat(store.put(KEY, Content.of(bytes(1, 100_000))).storeTime()).isEqualTo(there.storeTime());
        assertThatThrownBy(() -> store.put(KEY, Content.of(bytes(2, 100_000))))
                .isInstanceOf(StoreException.AlreadyExists.class);

        assertThat(store.stat(KEY)).contains(there);
        assertThat(store.read(KEY, Range.whole())).isEqualTo(bytes(1, 100_000));
    }

    @Test
    void bytesThatChangeOnTheirWayAreRefusedByTheServerAndNeverVisible() throws Exception {
        hinderOnce(this::puts, new Hindrance.Flip(50_000));

        assertThatThrownBy(() -> store.put(KEY, Content.of(bytes(1, 100_000))))
                .isInstanceOf(StoreException.Corrupt.class)
                .extracting(failure -> ((StoreException) failure).code()).isEqualTo("store.damaged-in-transit");

        assertThat(store.stat(KEY)).isEmpty();
        store.put(KEY, Content.of(bytes(1, 100_000)));
    }

    @Test
    void anAnswerThatNeverComesOrStopsIsNoticed() throws Exception {
        store.put(KEY, Content.of(bytes(1, 3_000_000)));
        try (var impatient = open(proxy.endpoint(), IMPATIENT)) {
            hinder(this::reads, new Hindrance.Stall(0));
            assertThatThrownBy(() -> impatient.read(KEY, Range.whole()))
                    .isInstanceOf(StoreException.Transient.class).hasMessageContaining("did not answer in time");

            hinder(this::reads, new Hindrance.Stall(1_000_000));
            assertThatThrownBy(() -> impatient.read(KEY, Range.whole()))
                    .isInstanceOf(StoreException.Transient.class);
        }
    }

    @Test
    void whatIsNotWantedAnyMoreIsNotReadToItsEnd() throws Exception {
        store.put(KEY, Content.of(bytes(1, 3_000_000)));
        hinder(this::reads, new Hindrance.Stall(1_000_000));

        // It would wait for a minute for the rest if it asked for it.
        assertThat(store.<Integer>get(KEY, Range.whole(), (stream, _) -> stream.read()))
                .isEqualTo(bytes(1, 1)[0] & 0xff);
    }

    @Test
    void aThreadThatIsInterruptedWhileItWaitsStopsAtOnce() throws Exception {
        store.put(KEY, Content.of(bytes(1, 3_000_000)));
        hinder(_ -> true, new Hindrance.Stall(0));
        assertInterruptible(() -> store.read(KEY, Range.whole()));
        assertInterruptible(() -> store.put(Key.of("other"), Content.of(bytes(2, 5_000_000))));
        assertInterruptible(() -> store.stat(KEY));
        assertInterruptible(() -> store.now());
        hinder(_ -> true, new Hindrance.Stall(1_000_000));
        assertInterruptible(() -> store.read(KEY, Range.whole()));
    }

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    /** Threads of the operating system are the harder case. */
    private void assertInterruptible(Act act) throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        var before = proxy.hindered();
        var thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                act.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        var waiting = new Wait(System::nanoTime);
        assertThat(waiting.until(() -> proxy.hindered() > before, Duration.ofMinutes(1))).isTrue();
        thread.interrupt();

        assertThat(thread.join(Duration.ofSeconds(30))).as("it still waits").isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aStoreThatIsClosedLeavesNoThreadBehind() throws Exception {
        var before = clients();
        var own = new HashSet<Thread>();
        var another = open(proxy.endpoint(), PATIENT);
        try (another) {
            own.addAll(clients());
            own.removeAll(before);
            assertThat(own).isNotEmpty();
        }

        assertThat(new Wait(System::nanoTime).until(() -> own.stream().noneMatch(Thread::isAlive),
                Duration.ofMinutes(1))).isTrue();
        // And not because nobody knew of it any more.
        assertThat(another.place()).isEqualTo(store.place());
    }

    /** The threads of HTTP clients. */
    private static Set<Thread> clients() {
        var threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().contains("SelectorManager"));
        return threads;
    }

    @Test
    void aSourceThatFailsAtItsSecondReadingIsTheCallersFailure() throws Exception {
        var opened = new AtomicReference<>(0);
        var content = Content.of(100_000, () -> opened.updateAndGet(times -> times + 1) == 1
                ? new ByteArrayInputStream(bytes(1, 100_000))
                : new BrokenStream());

        assertThatThrownBy(() -> store.put(KEY, content)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the spool's disk is gone");
        assertThat(store.stat(KEY)).isEmpty();
    }

    /** That a store writes nothing over, whatever its server does. */
    protected static void assertWriteOnce(Store store) throws InterruptedException {
        var first = store.put(KEY, Content.of(bytes(1, 10_000)).expecting(Sha256.of(bytes(1, 10_000))));
        for (var other : List.of(bytes(2, 10_000), bytes(1, 9_999), new byte[0])) {
            assertThatThrownBy(() -> store.put(KEY, Content.of(other)))
                    .isInstanceOf(StoreException.AlreadyExists.class);
        }
        BlobInfo again = store.put(KEY, Content.of(bytes(1, 10_000)));
        assertThat(again.key()).isEqualTo(first.key());
        assertThat(store.read(KEY, Range.whole())).isEqualTo(bytes(1, 10_000));
    }
}
