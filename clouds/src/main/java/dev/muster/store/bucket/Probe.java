// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Marker;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds out what a server can do, by having it do it: servers that answer politely and ignore a header are common. The
 * marker serves for it, since to put it once more changes nothing.
 */
record Probe(Bucket bucket) {

    /** The store's marker; empty if there is none. */
    Optional<Marker> marker() throws InterruptedException {
        var place = bucket.place().text();
        if (!(bucket.get(Marker.NAME, Range.whole()) instanceof Bucket.Answer.Arriving arriving)) {
            return Optional.empty();
        }
        try (var there = arriving) {
            return Optional.of(Marker.parse(there.bytes().readNBytes(Marker.LENGTH_BYTES_MAX), place));
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw Interruption.of(e);
            }
            throw Trouble.unreachable(e, place);
        }
    }

    /**
     * Puts the marker of a new store.
     *
     * @throws StoreException.AlreadyExists if another is there
     */
    void placeMarker(Marker marker) throws InterruptedException {
        try {
            put(marker, true);
        } catch (Bucket.Occupied _) {
            throw StoreException.AlreadyExists.notEmpty(bucket.place().text(), "a store");
        } catch (StoreException.Denied e) {
            if (!e.code().equals("store.refused")) {
                throw e;
            }
            putPlainly(marker);
        }
    }

    /**
     * Whether the server refuses a conditional put over the marker. One who may not put learns nothing, and no put of
     * this caller's will succeed anyway.
     */
    boolean conditionalPut(Marker marker) throws InterruptedException {
        try {
            put(marker, true);
            return false;
        } catch (Bucket.Occupied _) {
            return true;
        } catch (StoreException.Denied _) {
            return false;
        }
    }

    /**
     * What this store can do.
     *
     * @param storeTimes whether the objects were put by Muster, and not copied by another tool
     */
    Capabilities capabilities(boolean conditionalPut, boolean storeTimes) throws InterruptedException {
        return new Capabilities(bucket.lockable(), bucket.versioned(), conditionalPut, Capabilities.Listing.STRONG,
                bucket.putBytesMax(), storeTimes, bucket.storeTimeResolution());
    }

    private void putPlainly(Marker marker) throws InterruptedException {
        try {
            put(marker, false);
        } catch (Bucket.Occupied e) {
            throw new IllegalStateException("a put without a condition was refused for one", e);
        }
    }

    private void put(Marker marker, boolean createOnly) throws Bucket.Occupied, InterruptedException {
        Content content = marker.asContent();
        bucket.put(Marker.NAME, content, Md5.of(Marker.NAME, content), createOnly);
    }
}
