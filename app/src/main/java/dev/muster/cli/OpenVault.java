// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.cli.RepositoryOptions.Place;
import dev.muster.ledger.Journals;
import dev.muster.store.ReadOnlyStore;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.system.KeyFile;
import dev.muster.system.Stores;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;

/** Opens the repository that a command is about, and closes it behind the command. */
public final class OpenVault {

    private final Invocation invocation;
    private final Stores stores;
    private final Journals journals;
    private final int workers;

    /**
     * @param journals enter in the ledger what is done
     * @param workers how many blocks are looked at at once
     */
    public OpenVault(Invocation invocation, Stores stores, Journals journals, int workers) {
        this.journals = journals;
        this.invocation = invocation;
        this.stores = stores;
        this.workers = workers;
    }

    /** What is done with an open repository. */
    @FunctionalInterface
    interface Use<R> {
        R with(Vault vault, Store store) throws InterruptedException;
    }

    Invocation invocation() {
        return invocation;
    }

    Journals journals() {
        return journals;
    }

    Stores stores() {
        return stores;
    }

    <R> R open(RepositoryOptions where, Use<R> use) throws InterruptedException {
        return open(where.place(invocation), use);
    }

    <R> R open(Place place, Use<R> use) throws InterruptedException {
        try (KeySource key = KeyFile.keyOf(place.address(), invocation.environment());
                Store store = stores.open(place.address().url())) {
            return open(place, store, key, use);
        }
    }

    /** For what is done also where nothing may be written, which is said then: the reading use is taken instead. */
    <R> R open(RepositoryOptions where, Use<R> writing, Use<R> reading) throws InterruptedException {
        Place place = where.place(invocation);
        Store writable;
        try {
            writable = stores.open(place.address().url());
        } catch (StoreException.Denied e) {
            invocation.terminal().err()
                    .println("notice: The repository is only read, since nothing may be written there: "
                            + e.subject());
            return openReadOnly(place, reading);
        }
        try (Store store = writable; KeySource key = KeyFile.keyOf(place.address(), invocation.environment())) {
            return open(place, store, key, writing);
        }
    }

    /** For a change of the keys, which this host must be able to remember. */
    <R> R openToChange(RepositoryOptions where, Use<R> use) throws InterruptedException {
        return open(where, (vault, store) -> {
            vault.refresh();
            return use.with(vault, store);
        });
    }

    /** Whatever the use tries to change is denied. */
    <R> R openReadOnly(RepositoryOptions where, Use<R> use) throws InterruptedException {
        return openReadOnly(where.place(invocation), use);
    }

    /** Whatever the use tries to change is denied. */
    <R> R openReadOnly(Place place, Use<R> use) throws InterruptedException {
        try (KeySource key = KeyFile.keyOf(place.address(), invocation.environment());
                Store store = new ReadOnlyStore(stores.openReadOnly(place.address().url()))) {
            return open(place, store, key, use);
        }
    }

    private <R> R open(Place place, Store store, KeySource key, Use<R> use) throws InterruptedException {
        Instruments instruments = new Instruments(invocation.time().clock(), invocation.time().random(),
                place.stateDirectory(), workers);
        try (Vault vault = Vault.open(store, key, instruments)) {
            vault.notices().forEach(notice -> invocation.terminal().err().println("notice: " + notice));
            return use.with(vault, store);
        }
    }
}
