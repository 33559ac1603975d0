// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.memory;

import dev.muster.store.BlobInfo;
import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.ExactStream;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A store in memory, whose clock is the one given. Refuses keys that a store on files could not hold together. */
public final class MemoryStore implements Store {

    private static final class Stored {

        private final byte[] bytes;
        private final Instant time;

        Stored(byte[] bytes, Instant time) {
            this.bytes = bytes;
            this.time = time;
        }
    }

    private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final InstantSource clock;

    public MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        Interruption.check();
        var bytes = receive(key, content);
        synchronized (objects) {
            refuseCrossing(key);
            var stored = objects.computeIfAbsent(key.value(), _ -> new Stored(bytes, clock.instant()));
            if (!Arrays.equals(stored.bytes, bytes)) {
                throw StoreException.AlreadyExists.of(key, place());
            }
            return info(key, stored);
        }
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        Interruption.check();
        var stored = objects.get(key.value());
        if (stored == null) {
            throw StoreException.NotFound.of(key, place());
        }
        var extent = range.within(stored.bytes.length)
                .orElseThrow(() -> StoreException.OutOfRange.of(key, place(), range));
        var source = new ByteArrayInputStream(stored.bytes, (int) extent.offset(), (int) extent.length());
        return ExactStream.run(source, extent.length(), key.value(), reading);
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        Interruption.check();
        return Optional.ofNullable(objects.get(key.value())).map(stored -> info(key, stored));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        for (var entry : objects.tailMap(prefix.value()).entrySet()) {
            Interruption.check();
            var key = Key.of(entry.getKey());
            if (!prefix.covers(key)) {
                return;
            }
            each.accept(info(key, entry.getValue()));
        }
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        Interruption.check();
        objects.remove(key.value());
    }

    @Override
    public Instant now() throws InterruptedException {
        Interruption.check();
        return clock.instant();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(false, false, true, Capabilities.Listing.STRONG, Integer.MAX_VALUE - 8,
                true, Duration.ofNanos(1));
    }

    @Override
    public String place() {
        return "memory";
    }

    @Override
    public void close() {
        // Nothing is held but the objects, which go with the store.
    }

    private byte[] receive(Key key, Content content) throws InterruptedException {
        if (content.length() > capabilities().putBytesMax()) {
            throw new IllegalArgumentException(key + " is too long for memory: " + content.length() + " bytes");
        }
        var received = new ByteArrayOutputStream();
        try {
            content.transferTo((buffer, length) -> received.write(buffer, 0, length), key.value());
        } catch (IOException e) {
            throw Interruption.of(e);
        }
        return received.toByteArray();
    }

    private void refuseCrossing(Key key) {
        var below = objects.ceilingKey(key.value() + "/");
        var crossed = below != null && below.startsWith(key.value() + "/");
        for (var end = key.value().indexOf('/'); end >= 0; end = key.value().indexOf('/', end + 1)) {
            crossed |= objects.containsKey(key.value().substring(0, end));
        }
        if (crossed) {
            throw new IllegalArgumentException("a key cannot also be the beginning of another: " + key);
        }
    }

    private static BlobInfo info(Key key, Stored stored) {
        return BlobInfo.of(key, stored.bytes.length, stored.time);
    }
}
