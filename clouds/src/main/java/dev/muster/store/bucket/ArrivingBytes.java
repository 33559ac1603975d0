// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream for one thread. Reading can be interrupted, and fails when nothing arrives for too
 * long; closing breaks off what has not arrived. A few buffers of the client wait in memory.
 */
public final class ArrivingBytes extends InputStream implements BodySubscriber<ArrivingBytes> {

    private static final int WAITING_MAX = 16;

    /** What has arrived: bytes, or the end with what ended it. */
    private sealed interface Arrival {

        record Bytes(List<ByteBuffer> buffers) implements Arrival {}

        record End(@Nullable Throwable failure) implements Arrival {}
    }

    private final Duration idle;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final ArrayDeque<ByteBuffer> current = new ArrayDeque<>();
    private Arrival.@Nullable End end;

    /** Set by a thread of the client, perhaps after the stream was closed. */
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;

    ArrivingBytes(Duration idle) {
        this.idle = idle;
    }

    @Override
    public CompletionStage<ArrivingBytes> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        synchronized (this) {
            if (!cancelled && subscription == null) {
                subscription = begun;
            }
        }
        if (subscription() == begun) {
            begun.request(WAITING_MAX);
        } else {
            begun.cancel();
        }
    }

    private synchronized Flow.@Nullable Subscription subscription() {
        return subscription;
    }

    /** The client takes a lock of its own for this, and may hold it while it begins. */
    private void cancel() {
        Flow.Subscription begun;
        synchronized (this) {
            cancelled = true;
            begun = subscription;
        }
        if (begun != null) {
            begun.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        arrivals.add(new Arrival.Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        arrivals.add(new Arrival.End(failure));
    }

    @Override
    public void onComplete() {
        arrivals.add(new Arrival.End(null));
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        var buffer = next();
        if (buffer == null) {
            return -1;
        }
        var n = Math.min(length, buffer.remaining());
        buffer.get(target, offset, n);
        return n;
    }

    @Override
    public void close() {
        if (end == null) {
            cancel();
            end = new Arrival.End(new IOException("closed"));
        }
    }

    /** Something with bytes left; null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        while (true) {
            while (!current.isEmpty() && !current.getFirst().hasRemaining()) {
                current.removeFirst();
            }
            if (!current.isEmpty()) {
                return current.getFirst();
            }
            if (end == null) {
                take();
            }
            if (end != null) {
                return ended(end);
            }
        }
    }

    private static @Nullable ByteBuffer ended(Arrival.End end) throws IOException {
        var failure = end.failure();
        if (failure != null) {
            throw new IOException(failure.getMessage() == null ? failure.toString() : failure.getMessage(), failure);
        }
        return null;
    }

    private void take() throws IOException {
        switch (await()) {
            case Arrival.End last -> end = last;
            case Arrival.Bytes(var buffers) -> {
                current.addAll(buffers);
                var begun = subscription();
                if (begun != null) {
                    begun.request(1);
                }
            }
        }
    }

    private Arrival await() throws IOException {
        try {
            var arrival = arrivals.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
            if (arrival == null) {
                close();
                throw new SocketTimeoutException("nothing arrived for " + idle.toSeconds() + " s");
            }
            return arrival;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while reading from the store");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
