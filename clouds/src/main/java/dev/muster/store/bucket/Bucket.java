// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Content;
import dev.muster.store.Range;
import dev.muster.store.Range.Extent;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The requests that a store makes to its bucket, each made once, on a vendor's own library. Names are those of objects
 * below the store's prefix. What is thrown is a {@link StoreException}; a bucket that is absent is one, an object that
 * is absent is not. Safe for use by any thread.
 */
public interface Bucket extends AutoCloseable {

    /**
     * What is known of an object.
     *
     * @param length in bytes
     * @param storeTime by the store's clock
     * @param version if it has one that can be named
     */
    record Head(long length, Instant storeTime, Optional<String> version) {}

    /**
     * An object of a listing.
     *
     * @param name as the store knows it, with the prefix
     */
    record Listed(String name, long length, Instant storeTime) {}

    /**
     * A part of a listing.
     *
     * @param objects in the store's own order
     * @param next what the next part is asked for by; empty after the last
     */
    record Page(List<Listed> objects, Optional<String> next) {}

    /** What becomes of a request to read. */
    sealed interface Answer {

        /** There is no such object. */
        record Missing() implements Answer {}

        /** The object is there, and nothing of the range. */
        record Outside() implements Answer {}

        /**
         * It is being read.
         *
         * @param head of the whole object
         * @param extent the part of it that follows
         * @param bytes fail with IOException only
         */
        record Arriving(Head head, Extent extent, InputStream bytes) implements Answer, AutoCloseable {

            @Override
            public void close() throws IOException {
                bytes.close();
            }
        }
    }

    /** Something is there, or was a moment ago. */
    final class Occupied extends Exception {

        private static final long serialVersionUID = 1;

        public Occupied(Throwable answer) {
            super(answer);
        }
    }

    /** Where the store is. */
    Place place();

    /** The most that one request may carry. */
    long putBytesMax();

    /** The step of the store's time stamps. */
    Duration storeTimeResolution();

    /**
     * Puts an object.
     *
     * @param md5 of the bytes, which the server compares
     * @param createOnly whether the server is to refuse if something is there
     */
    Head put(String name, Content content, Md5 md5, boolean createOnly) throws Occupied, InterruptedException;

    /** Begins to read an object, or as much of the range as it has. */
    Answer get(String name, Range range) throws InterruptedException;

    /** What is known of an object; empty if there is none. The bucket's own absence may look like that, too. */
    Optional<Head> head(String name) throws InterruptedException;

    /**
     * A part of a listing.
     *
     * @param continuation of the part before
     * @param objectsMax the vendor may hand out fewer
     */
    Page page(String namePrefix, Optional<String> continuation, int objectsMax) throws InterruptedException;

    /** Removes an object, if it is there. */
    void delete(String name) throws InterruptedException;

    /** The store's time, by the answer to a request that costs little. */
    Instant now() throws InterruptedException;

    /** Whether the bucket keeps older versions; false also if it does not say. */
    boolean versioned() throws InterruptedException;

    /** Whether objects of the bucket can be locked; false also if it does not say. */
    boolean lockable() throws InterruptedException;

    @Override
    void close();
}
