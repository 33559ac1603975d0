// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.time.Duration;

/**
 * What this store can do and another cannot. Known when the store is opened, and the same until it is closed; no verb
 * of {@link Store} answers that it is not supported.
 *
 * @param objectLock whether objects can be locked against deletion for a time
 * @param versioning whether an older version of a key outlives its deletion
 * @param conditionalPut whether the store itself decides between two creators of one key; without it, creators of
 *            different bytes under one key can overwrite each other when they are different processes
 * @param listing what a listing sees
 * @param putBytesMax the largest object
 * @param storeTimes whether the time stamps on objects are those of the store that took them; in a tree that a tool copied
 *            they are those of the copying
 * @param storeTimeResolution the step of the time stamps on objects
 */
public record Capabilities(boolean objectLock, boolean versioning, boolean conditionalPut, Listing listing,
        long putBytesMax, boolean storeTimes, Duration storeTimeResolution) {

    /** What a listing sees. */
    public enum Listing {

        /** Every put and delete that returned before the listing began: what Muster requires for gc and commits. */
        STRONG,
        /** Something that was true a while ago. */
        EVENTUAL
    }
}
