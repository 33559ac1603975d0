// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.work.Pause;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store that repeats what failed for a reason that may pass: whatever the store throws and calls
 * {@link StoreException#retryable}, and nothing else. What a reading or a listing's callback throws is not the store's
 * failure and is never repeated, even if it comes from another store that would be.
 *
 * <p>A reading is called again from its beginning; a listing goes on behind the last object that it handed out.
 */
public final class RetryingStore implements Store {

    /**
     * How often, and how long between. The wait doubles from one attempt to the next, and each is shortened at random
     * by up to a half, so that clients that failed together do not come back together.
     *
     * @param attemptsMax at least 1
     * @param firstWait before the second attempt
     * @param waitMax the longest
     */
    public record Patience(int attemptsMax, Duration firstWait, Duration waitMax) {

        /** Eight attempts within about half a minute: a restart of a server or a switch of a network is outlived. */
        public static final Patience STANDARD = new Patience(8, Duration.ofMillis(200), Duration.ofSeconds(20));

        private static final int DOUBLINGS_MAX = 30;

        public Patience {
            if (attemptsMax < 1 || firstWait.isNegative() || waitMax.compareTo(firstWait) < 0) {
                throw new IllegalArgumentException(attemptsMax + " attempts, " + firstWait + " to " + waitMax);
            }
        }

        /** How long to wait after so many failed attempts, before it is shortened. */
        Duration waitAfter(int attempts) {
            var doubled = firstWait.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX));
            return doubled.compareTo(waitMax) < 0 ? doubled : waitMax;
        }
    }

    /** Carries out of the inner store what a callback threw, so that it cannot be taken for the store's own. */
    private static final class Foreign extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final RuntimeException thrown;

        Foreign(RuntimeException thrown) {
            super(thrown);
            this.thrown = thrown;
        }
    }

    /** Remembers the failure that the store reported through the stream. */
    private static final class WatchedStream extends FilterInputStream {

        private @Nullable StoreException failure;

        WatchedStream(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (StoreException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (StoreException e) {
                failure = e;
                throw e;
            }
        }
    }

    /** A listing that may begin again. */
    private static final class Resumed implements Each {

        private final Each each;
        private @Nullable Key last;

        Resumed(Each each) {
            this.each = each;
        }

        @Override
        public void accept(BlobInfo blob) throws InterruptedException {
            if (last != null && blob.key().compareTo(last) <= 0) {
                return;
            }
            last = blob.key();
            try {
                each.accept(blob);
            } catch (RuntimeException e) {
                throw new Foreign(e);
            }
        }
    }

    /** What is tried again when it fails. */
    @FunctionalInterface
    public interface Call<R> {
        R run() throws InterruptedException;
    }

    private final Store inner;
    private final Patience patience;
    private final RandomGenerator jitter;
    private final Pause pause;

    /** @param jitter shortens the waits; may be one that only a single thread can use */
    public RetryingStore(Store inner, Patience patience, RandomGenerator jitter, Pause pause) {
        this.inner = inner;
        this.patience = patience;
        this.jitter = jitter;
        this.pause = pause;
    }

    /**
     * Opens a store with the same patience that its verbs then have.
     *
     * @param opening tried again after a failure that may pass
     */
    public static RetryingStore around(Call<Store> opening, Patience patience, RandomGenerator jitter, Pause pause)
            throws InterruptedException {
        return new RetryingStore(repeated(opening, patience, jitter, pause), patience, jitter, pause);
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        return repeated(() -> inner.put(key, content));
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        return repeated(() -> inner.get(key, range, (bytes, length) -> {
            var watched = new WatchedStream(bytes);
            try {
                return reading.read(watched, length);
            } catch (RuntimeException e) {
                throw e == watched.failure ? e : new Foreign(e);
            }
        }));
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return repeated(() -> inner.stat(key));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        var resumed = new Resumed(each);
        repeated(() -> {
            inner.list(prefix, resumed);
            return true;
        });
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        repeated(() -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Instant now() throws InterruptedException {
        return repeated(inner::now);
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public String place() {
        return inner.place();
    }

    @Override
    public void close() {
        inner.close();
    }

    private <R> R repeated(Call<R> call) throws InterruptedException {
        return repeated(call, patience, jitter, pause);
    }

    private static <R> R repeated(Call<R> call, Patience patience, RandomGenerator jitter, Pause pause)
            throws InterruptedException {
        for (var attempts = 1;; attempts++) {
            try {
                return call.run();
            } catch (StoreException e) {
                if (!e.retryable() || attempts == patience.attemptsMax) {
                    throw e;
                }
            } catch (Foreign e) {
                throw e.thrown;
            }
            pause.pause(shortened(patience.waitAfter(attempts), jitter));
        }
    }

    private static Duration shortened(Duration wait, RandomGenerator jitter) {
        synchronized (jitter) {
            return wait.minusNanos((long) (wait.toNanos() * jitter.nextDouble() / 2));
        }
    }
}
