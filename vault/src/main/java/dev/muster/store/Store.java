// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A flat, write-once object store: keys, and bytes that never change. Safe for use by any number of threads and
 * processes at once. Every verb blocks, can be interrupted, and then throws InterruptedException with its effect
 * unknown: for a put or a delete that is the same as a {@link StoreException.Transient}, and as harmless to repeat.
 *
 * <p>Preconditions that no verb checks. The store is strongly consistent: {@code get}, {@code stat} and {@code list}
 * see every put and delete that returned before they began ({@link Capabilities#listing}). No key is another key with a
 * {@code /} and more after it: {@code a} and {@code a/b} are not both used.
 *
 * <p>An object may be seen by others a moment before its put returns, and until then a power cut can take it back.
 * Whoever builds on another's object learns of it from something that was put after that put had returned.
 *
 * <p>All verbs throw {@link StoreException} and say which of its classes below; {@link StoreException.Transient},
 * {@link StoreException.Denied} and {@link StoreException.Absent} can come from each of them.
 */
public interface Store extends AutoCloseable {

    /** The longest range that {@link #read} returns: 128 MiB, twice the largest object Muster writes. */
    int READ_BYTES_MAX = 1 << 27;

    /** What is done with the bytes of a range. */
    @FunctionalInterface
    interface Reading<R> {

        /**
         * Reads as much of the stream as it wants to. May be called again from the beginning after a read that broke
         * off, so it starts afresh each time.
         *
         * @param bytes exactly the range, see {@link ExactStream}; valid during this call
         * @param length of the range, in bytes
         * @throws IOException for failures of its own, which reach the caller of {@code get} as UncheckedIOException
         */
        R read(InputStream bytes, long length) throws IOException, InterruptedException;
    }

    /** Takes the objects of a listing. */
    @FunctionalInterface
    interface Each {
        void accept(BlobInfo blob) throws InterruptedException;
    }

    /**
     * Stores an object. It appears whole or not at all, and when this returns it is durable: neither the end of this
     * process nor a power cut takes it away.
     *
     * <p>If the key exists with the very same bytes this succeeds and rewrites nothing, so that a put whose outcome is
     * unknown can be repeated. If it exists with other bytes nothing changes.
     *
     * @throws StoreException.AlreadyExists if the key exists with other bytes
     * @throws StoreException.Corrupt if the content is not as long as announced, or has another digest than expected:
     *             nothing became visible
     * @throws StoreException.Full if there is no room
     * @throws UncheckedIOException if the content's source cannot be read
     * @throws IllegalArgumentException if it is longer than {@link Capabilities#putBytesMax}
     */
    BlobInfo put(Key key, Content content) throws InterruptedException;

    /**
     * Reads exactly this range.
     *
     * @param reading called on this thread, again after a failure where the store repeats reads
     * @return what the reading returned
     * @throws StoreException.NotFound if there is no such object
     * @throws StoreException.OutOfRange if the range reaches outside the object; the reading is not called
     * @throws UncheckedIOException if the reading itself throws an IOException
     */
    <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException;

    /**
     * Reads exactly this range into memory.
     *
     * @throws StoreException.OutOfRange also if the range is longer than {@link #READ_BYTES_MAX}
     */
    default byte[] read(Key key, Range range) throws InterruptedException {
        return get(key, range, (bytes, length) -> {
            if (length > READ_BYTES_MAX) {
                throw StoreException.OutOfRange.tooLong(key, length, READ_BYTES_MAX);
            }
            return bytes.readNBytes((int) length);
        });
    }

    /** What is known about an object; empty if there is none. */
    Optional<BlobInfo> stat(Key key) throws InterruptedException;

    /**
     * Lists the objects whose keys begin with the prefix, in the order of their keys, each at most once, on this
     * thread. An object that is there from beginning to end is listed; one that comes or goes meanwhile may be. Returns
     * only when the listing is complete; whatever {@code each} throws ends it and is thrown. Needs bounded memory.
     */
    void list(Prefix prefix, Each each) throws InterruptedException;

    /** Removes an object, durably; succeeds if there is none. Where older versions are kept they stay. */
    void delete(Key key) throws InterruptedException;

    /**
     * The store's clock, which stamps {@link BlobInfo#storeTime}. Ages are differences between its times; it is never
     * compared with a local clock except to warn about the difference.
     */
    Instant now() throws InterruptedException;

    /** What this store can do and another cannot. */
    Capabilities capabilities();

    /** Where this store is, for messages: an address or a path without secrets. */
    String place();

    /** Releases what the store holds. No verb is called during or after it; closing twice is closing once. */
    @Override
    void close();
}
