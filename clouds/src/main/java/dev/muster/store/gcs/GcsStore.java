// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketStore;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes and opens stores in buckets of Google Cloud Storage; see {@link BucketStore} for what they are. */
public final class GcsStore {

    private GcsStore() {}

    /**
     * Makes a store and opens it.
     *
     * @param random names the store: must not repeat in another process
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.AlreadyExists if something is below the prefix
     * @throws StoreException.Absent if there is no such bucket
     */
    public static BucketStore create(GcsSettings settings, RandomGenerator random, InstantSource clock)
            throws InterruptedException {
        return BucketStore.create(() -> new GcsBucket(settings, clock), random);
    }

    /**
     * Opens a store for reading and writing.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such bucket, or no store below the prefix
     */
    public static BucketStore open(GcsSettings settings, InstantSource clock) throws InterruptedException {
        return BucketStore.open(() -> new GcsBucket(settings, clock));
    }

    /**
     * Opens a store, or a prefix below which any tool has copied the objects of any store, for reading.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such bucket, or nothing below the prefix
     */
    public static BucketStore openReadOnly(GcsSettings settings, InstantSource clock) throws InterruptedException {
        return BucketStore.openReadOnly(() -> new GcsBucket(settings, clock));
    }
}
