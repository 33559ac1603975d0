// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.BlobInfo;
import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.ExactStream;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Marker;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store below a prefix of a bucket: each object of the store is an object of the bucket, whose name is the prefix and
 * the key. Opening it makes four requests, which find out what the server can do; a put that finds its key taken reads
 * what is there and compares.
 *
 * <p>The bucket must exist, and its other contents are not touched. One request carries each object.
 */
public final class BucketStore implements Store {

    private static final int PAGE_OBJECTS_MAX = 1000;

    private final Bucket bucket;
    private final Capabilities capabilities;
    private final @Nullable ObjectWriter writer;

    private BucketStore(Bucket bucket, Capabilities capabilities, @Nullable ObjectWriter writer) {
        this.bucket = bucket;
        this.capabilities = capabilities;
        this.writer = writer;
    }

    /** Makes the connection to a bucket, which the store then closes. */
    @FunctionalInterface
    public interface Connecting {
        Bucket connect() throws InterruptedException;
    }

    /**
     * Makes a store and opens it.
     *
     * @param random names the store: must not repeat in another process
     * @throws StoreException.AlreadyExists if something is below the prefix
     * @throws StoreException.Absent if there is no such bucket
     */
    public static BucketStore create(Connecting connecting, RandomGenerator random) throws InterruptedException {
        try (var bucket = connecting.connect()) {
            var found = bucket.page("", Optional.empty(), 1).objects();
            if (!found.isEmpty()) {
                throw StoreException.AlreadyExists.notEmpty(bucket.place().text(), found.getFirst().name());
            }
            new Probe(bucket).placeMarker(Marker.of(random));
        }
        return open(connecting);
    }

    /**
     * Opens a store for reading and writing.
     *
     * @throws StoreException.Absent if there is no such bucket, or no store below the prefix
     */
    public static BucketStore open(Connecting connecting) throws InterruptedException {
        return opened(connecting, bucket -> {
            var probe = new Probe(bucket);
            var conditional = probe.conditionalPut(probe.marker().orElseThrow(() -> StoreException.Absent
                    .of(bucket.place().text(), "the object " + Marker.NAME + " is missing")));
            return new BucketStore(bucket, probe.capabilities(conditional, true),
                    new ObjectWriter(bucket, conditional));
        });
    }

    /**
     * Opens a store, or a prefix below which any tool has copied the objects of any store, for reading. Nothing is
     * written: its put and delete are denied.
     *
     * @throws StoreException.Absent if there is no such bucket, or nothing below the prefix
     */
    public static BucketStore openReadOnly(Connecting connecting) throws InterruptedException {
        return opened(connecting, bucket -> {
            requirePresence(bucket);
            var probe = new Probe(bucket);
            return new BucketStore(bucket, probe.capabilities(false, probe.marker().isPresent()), null);
        });
    }

    @FunctionalInterface
    private interface Opening {
        BucketStore open(Bucket bucket) throws InterruptedException;
    }

    /** Nothing is left open by an opening that fails. */
    private static BucketStore opened(Connecting connecting, Opening opening) throws InterruptedException {
        var bucket = connecting.connect();
        BucketStore store = null;
        try {
            store = opening.open(bucket);
            return store;
        } finally {
            if (store == null) {
                bucket.close();
            }
        }
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        Interruption.check();
        if (content.length() > capabilities.putBytesMax()) {
            throw new IllegalArgumentException(key + " is too long for one request: " + content.length() + " bytes");
        }
        return writable().put(key, content);
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        Interruption.check();
        try (var arriving = arriving(key, range)) {
            return ExactStream.run(arriving.bytes(), checkedLength(key, range, arriving), subject(key), reading);
        } catch (IOException e) {
            throw StoreException.Transient.of(subject(key), e);
        }
    }

    private Bucket.Answer.Arriving arriving(Key key, Range range) throws InterruptedException {
        return switch (bucket.get(key.value(), range)) {
            case Bucket.Answer.Missing() -> throw StoreException.NotFound.of(key, place());
            case Bucket.Answer.Outside() -> throw StoreException.OutOfRange.of(key, place(), range);
            case Bucket.Answer.Arriving arriving -> arriving;
        };
    }

    /** How many bytes follow: those of the range, or the answer is not taken. */
    private long checkedLength(Key key, Range range, Bucket.Answer.Arriving arriving) {
        var extent = range.within(arriving.head().length())
                .orElseThrow(() -> StoreException.OutOfRange.of(key, place(), range));
        if (!extent.equals(arriving.extent())) {
            throw RangeHeader.another(arriving.extent().toString(), subject(key));
        }
        return extent.length();
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        Interruption.check();
        var head = bucket.head(key.value());
        if (head.isEmpty()) {
            // The answer to a HEAD need not say whether it was the bucket that was not found.
            requirePresence(bucket);
        }
        return head.map(found -> ObjectWriter.info(key, found));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        var last = "";
        var empty = true;
        var continuation = Optional.<String>empty();
        do {
            Interruption.check();
            var page = bucket.page(prefix.value(), continuation, PAGE_OBJECTS_MAX);
            for (var found : page.objects()) {
                last = requireOrder(last, found.name());
                empty = false;
                hand(found, each);
            }
            continuation = page.next();
        } while (continuation.isPresent());
        if (empty) {
            requirePresence(bucket);
        }
    }

    private void hand(Bucket.Listed found, Each each) throws InterruptedException {
        var name = found.name().substring(bucket.place().namePrefix().length());
        if (Key.isKey(name)) {
            each.accept(BlobInfo.of(Key.of(name), found.length(), found.storeTime()));
        }
    }

    /** Some servers list as they please, among them AWS's directory buckets: a listing would miss what it resumes over. */
    private String requireOrder(String last, String next) {
        if (next.compareTo(last) <= 0 || !next.startsWith(bucket.place().namePrefix())) {
            throw StoreException.Denied.refused(place(), "it does not list in the order of names",
                    new IOException(next + " follows " + last));
        }
        return next;
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        Interruption.check();
        writable();
        bucket.delete(key.value());
    }

    @Override
    public Instant now() throws InterruptedException {
        Interruption.check();
        return bucket.now();
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public String place() {
        return bucket.place().text();
    }

    @Override
    public void close() {
        bucket.close();
    }

    private String subject(Key key) {
        return bucket.place().subject(key.value());
    }

    private ObjectWriter writable() {
        if (writer == null) {
            throw StoreException.Denied.readOnly(place());
        }
        return writer;
    }

    /** At least the marker is below the prefix of a store, and something below that of a copy. */
    private static void requirePresence(Bucket bucket) throws InterruptedException {
        if (bucket.page("", Optional.empty(), 1).objects().isEmpty()) {
            throw StoreException.Absent.of(bucket.place().text(), "nothing is below this prefix");
        }
    }
}
