// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * A store whose calls and bytes are counted as they flow: for progress, and for what the requests cost. Around a
 * {@link RetryingStore} it counts what was asked for, inside one what was really sent.
 */
public final class MeteredStore implements Store {

    /** What a store can be asked to do. */
    public enum Verb {
        PUT, GET, STAT, LIST, DELETE, NOW
    }

    /**
     * What one verb has done so far.
     *
     * @param calls begun
     * @param failures calls that ended with an exception, whatever its kind
     * @param bytes taken from contents (put) or handed to readings (get), also in calls that failed later
     * @param objects listed; a cloud's listing costs one request for each 1,000 or 5,000 of them
     */
    public record Count(long calls, long failures, long bytes, long objects) {}

    private record Tally(LongAdder calls, LongAdder failures, LongAdder bytes, LongAdder objects) {

        Tally() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    private static final class CountingStream extends FilterInputStream {

        private final LongAdder bytes;

        CountingStream(InputStream source, LongAdder bytes) {
            super(source);
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            var value = in.read();
            if (value >= 0) {
                bytes.increment();
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            var n = in.read(target, offset, length);
            if (n > 0) {
                bytes.add(n);
            }
            return n;
        }
    }

    @FunctionalInterface
    private interface Call<R> {
        R run() throws InterruptedException;
    }

    private final Store inner;
    private final Map<Verb, Tally> tallies = new EnumMap<>(Verb.class);

    public MeteredStore(Store inner) {
        this.inner = inner;
        for (var verb : Verb.values()) {
            tallies.put(verb, new Tally());
        }
    }

    /** What this verb has done so far. Calls under way may be counted in part. */
    public Count count(Verb verb) {
        var tally = tally(verb);
        return new Count(tally.calls.sum(), tally.failures.sum(), tally.bytes.sum(), tally.objects.sum());
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        var bytes = tally(Verb.PUT).bytes;
        return metered(Verb.PUT,
                () -> inner.put(key, content.through(source -> new CountingStream(source, bytes))));
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        var bytes = tally(Verb.GET).bytes;
        return metered(Verb.GET, () -> inner.get(key, range,
                (source, length) -> reading.read(new CountingStream(source, bytes), length)));
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return metered(Verb.STAT, () -> inner.stat(key));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        var objects = tally(Verb.LIST).objects;
        metered(Verb.LIST, () -> {
            inner.list(prefix, blob -> {
                objects.increment();
                each.accept(blob);
            });
            return true;
        });
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        metered(Verb.DELETE, () -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Instant now() throws InterruptedException {
        return metered(Verb.NOW, inner::now);
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

    private <R> R metered(Verb verb, Call<R> call) throws InterruptedException {
        var tally = tally(verb);
        tally.calls.increment();
        var ended = false;
        try {
            var result = call.run();
            ended = true;
            return result;
        } finally {
            if (!ended) {
                tally.failures.increment();
            }
        }
    }

    private Tally tally(Verb verb) {
        return Objects.requireNonNull(tallies.get(verb));
    }
}
