// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketStore;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes and opens stores in containers of Azure; see {@link BucketStore} for what they are. */
public final class AzureStore {

    private AzureStore() {}

    /**
     * Makes a store and opens it.
     *
     * @param random names the store: must not repeat in another process
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.AlreadyExists if something is below the prefix
     * @throws StoreException.Absent if there is no such container
     */
    public static BucketStore create(AzureSettings settings, RandomGenerator random, InstantSource clock)
            throws InterruptedException {
        return BucketStore.create(() -> new AzureBucket(settings, clock), random);
    }

    /**
     * Opens a store for reading and writing.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such container, or no store below the prefix
     */
    public static BucketStore open(AzureSettings settings, InstantSource clock) throws InterruptedException {
        return BucketStore.open(() -> new AzureBucket(settings, clock));
    }

    /**
     * Opens a store, or a prefix below which any tool has copied the objects of any store, for reading.
     *
     * @param clock of this machine, shown beside the store's where they differ too much
     * @throws StoreException.Absent if there is no such container, or nothing below the prefix
     */
    public static BucketStore openReadOnly(AzureSettings settings, InstantSource clock) throws InterruptedException {
        return BucketStore.openReadOnly(() -> new AzureBucket(settings, clock));
    }
}
