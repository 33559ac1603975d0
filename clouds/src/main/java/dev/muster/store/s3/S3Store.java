// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

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
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A store below a prefix of a bucket: each object of the store is an object of the bucket, whose name is the prefix and
 * the key. Opening it makes four requests, which find out what the server can do; a put that finds its key taken reads
 * what is there and compares.
 *
 * <p>The bucket must exist, and its other contents are not touched. Objects larger than {@link #PUT_BYTES_MAX} cannot be
 * put: one request carries each.
 */
public final class S3Store implements Store {

    /** The most that one request may carry, by the limits of S3. */
    static final long PUT_BYTES_MAX = 5L << 30;

    private static final int PAGE_OBJECTS_MAX = 1000;

    private final Bucket bucket;
    private final Capabilities capabilities;
    private final @Nullable ObjectWriter writer;

    private S3Store(Bucket bucket, Capabilities capabilities, @Nullable ObjectWriter writer) {
        this.bucket = bucket;
        this.capabilities = capabilities;
        this.writer = writer;
    }

    /**
     * Makes a store and opens it.
     *
     * @param random names the store: must not repeat in another process
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.AlreadyExists if something is below the prefix
     * @throws StoreException.Absent if there is no such bucket
     */
    public static S3Store create(S3Settings settings, RandomGenerator random, InstantSource clock)
            throws InterruptedException {
        try (var bucket = new Bucket(settings, clock)) {
            var found = bucket.page("", null, 1).contents();
            if (!found.isEmpty()) {
                throw StoreException.AlreadyExists.notEmpty(settings.place(), found.getFirst().key());
            }
            new Probe(bucket).placeMarker(Marker.of(random));
        }
        return open(settings, clock);
    }

    /**
     * Opens a store for reading and writing.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such bucket, or no store below the prefix
     */
    public static S3Store open(S3Settings settings, InstantSource clock) throws InterruptedException {
        return opened(settings, clock, bucket -> {
            var probe = new Probe(bucket);
            var conditional = probe.conditionalPut(probe.marker().orElseThrow(() -> StoreException.Absent
                    .of(settings.place(), "the object " + Marker.NAME + " is missing")));
            return new S3Store(bucket, probe.capabilities(conditional, true), new ObjectWriter(bucket, conditional));
        });
    }

    /**
     * Opens a store, or a prefix below which any tool has copied the objects of any store, for reading. Nothing is
     * written: its put and delete are denied.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such bucket, or nothing below the prefix
     */
    public static S3Store openReadOnly(S3Settings settings, InstantSource clock) throws InterruptedException {
        return opened(settings, clock, bucket -> {
            requirePresence(bucket);
            var probe = new Probe(bucket);
            return new S3Store(bucket, probe.capabilities(false, probe.marker().isPresent()), null);
        });
    }

    @FunctionalInterface
    private interface Opening {
        S3Store open(Bucket bucket) throws InterruptedException;
    }

    /** Nothing is left open by an opening that fails. */
    private static S3Store opened(S3Settings settings, InstantSource clock, Opening opening)
            throws InterruptedException {
        var bucket = new Bucket(settings, clock);
        S3Store store = null;
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
        if (content.length() > PUT_BYTES_MAX) {
            throw new IllegalArgumentException(key + " is too long for one request: " + content.length() + " bytes");
        }
        return writable().put(key, content);
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        try (var arriving = bucket.get(key, range).orElseThrow(() -> notFound(key))) {
            var length = checkedLength(key, range, arriving);
            return ExactStream.run(arriving.bytes(), length, bucket.subject(key.value()), reading);
        } catch (IOException e) {
            throw StoreException.Transient.of(bucket.subject(key.value()), e);
        }
    }

    private StoreException notFound(Key key) {
        return StoreException.NotFound.of(key, place());
    }

    /** How many bytes follow: those of the range, or the answer is not taken. */
    private long checkedLength(Key key, Range range, Bucket.Arriving arriving) {
        var head = arriving.head();
        var answered = RangeHeader.parse(head.contentRange(), head.contentLength())
                .orElseThrow(() -> StoreException.Transient.of(bucket.subject(key.value()),
                        new IOException("it answered with another range, " + head.contentRange())));
        var extent = range.within(answered.objectLength())
                .orElseThrow(() -> StoreException.OutOfRange.of(key, place(), range));
        if (!extent.equals(answered.extent())) {
            throw StoreException.Transient.of(bucket.subject(key.value()),
                    new IOException("it answered with another range, " + head.contentRange()));
        }
        return extent.length();
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        var head = bucket.head(key.value());
        if (head.isEmpty()) {
            // The answer to a HEAD does not say whether it was the bucket that was not found.
            requirePresence(bucket);
        }
        return head.map(found -> new BlobInfo(key, found.contentLength(), found.lastModified(),
                ObjectWriter.version(found.versionId())));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        var last = "";
        var empty = true;
        String continuation = null;
        do {
            var page = bucket.page(prefix.value(), continuation, PAGE_OBJECTS_MAX);
            for (var found : page.contents()) {
                last = requireOrder(last, found.key());
                empty = false;
                hand(found, each);
            }
            continuation = next(page);
        } while (continuation != null);
        if (empty) {
            requirePresence(bucket);
        }
    }

    /** What the next page is asked for by; null after the last. A listing that cannot go on is not a complete one. */
    private @Nullable String next(ListObjectsV2Response page) {
        if (!Boolean.TRUE.equals(page.isTruncated())) {
            return null;
        }
        var token = page.nextContinuationToken();
        if (token == null) {
            throw StoreException.Transient.of(place(),
                    new IOException("it breaks off a listing and does not say how it goes on"));
        }
        return token;
    }

    private void hand(S3Object found, Each each) throws InterruptedException {
        var name = found.key().substring(bucket.settings().keyPrefix().length());
        if (Key.isKey(name)) {
            each.accept(BlobInfo.of(Key.of(name), found.size(), found.lastModified()));
        }
    }

    /** Some servers list as they please, among them AWS's directory buckets: a listing would miss what it resumes over. */
    private String requireOrder(String last, String next) {
        if (next.compareTo(last) <= 0 || !next.startsWith(bucket.settings().keyPrefix())) {
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
        return bucket.now();
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public String place() {
        return bucket.settings().place();
    }

    @Override
    public void close() {
        bucket.close();
    }

    private ObjectWriter writable() {
        if (writer == null) {
            throw StoreException.Denied.readOnly(place());
        }
        return writer;
    }

    /** At least the marker is below the prefix of a store, and something below that of a copy. */
    private static void requirePresence(Bucket bucket) throws InterruptedException {
        if (bucket.page("", null, 1).contents().isEmpty()) {
            throw StoreException.Absent.of(bucket.settings().place(), "nothing is below this prefix");
        }
    }
}
