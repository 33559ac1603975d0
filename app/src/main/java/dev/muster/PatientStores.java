// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.RetryingStore;
import dev.muster.store.RetryingStore.Patience;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.system.ConfigurationFault;
import dev.muster.system.Problem;
import dev.muster.system.Stores;
import dev.muster.work.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Stores in the buckets of one vendor. What may pass is tried again, also while one is opened.
 *
 * @param buckets by their address
 * @param random shortens waits
 */
record PatientStores(Buckets buckets, RandomGenerator random, LongSupplier nanoTime) implements Stores {

    /** A vendor's stores. */
    @FunctionalInterface
    interface Buckets {

        /**
         * The ways into the store at an address.
         *
         * @throws IllegalArgumentException if the address is none, with a sentence that says why
         */
        Doors at(String url);
    }

    /** The ways into one store, each tried once for each call. */
    interface Doors {

        /** Makes it. */
        Store create() throws InterruptedException;

        /** Opens it. */
        Store open() throws InterruptedException;

        /** Opens it or a copy of it. */
        Store openReadOnly() throws InterruptedException;
    }

    @Override
    public Store open(String url) throws InterruptedException {
        return patient(doors(url)::open);
    }

    @Override
    public Store openReadOnly(String url) throws InterruptedException {
        return patient(doors(url)::openReadOnly);
    }

    @Override
    public Store create(String url) throws InterruptedException {
        return patient(doors(url)::create);
    }

    @Override
    public Optional<Path> directory(String url) {
        return Optional.empty();
    }

    /** A bucket that is missing or elsewhere is no place to make a store in, and says so here. */
    @Override
    public boolean exists(String url) throws InterruptedException {
        try (Store found = open(url)) {
            return !found.place().isEmpty();
        } catch (StoreException.Absent e) {
            if (e.code().equals("store.absent")) {
                return false;
            }
            throw e;
        }
    }

    private Store patient(RetryingStore.Call<Store> opening) throws InterruptedException {
        return RetryingStore.around(opening, Patience.STANDARD, random, new Wait(nanoTime)::pause);
    }

    private Doors doors(String url) {
        try {
            return buckets.at(url);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationFault.Invalid(url,
                    List.of(new Problem(0, "", String.valueOf(e.getMessage()))));
        }
    }
}
