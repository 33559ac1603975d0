// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.store.Store;
import dev.muster.system.KeyFile;
import dev.muster.system.RepositoryAddress;
import dev.muster.system.Stores;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.KeySource;
import java.util.Optional;

/** Opens a repository as far as its keys, and closes it behind the command. */
public final class OpenKeys {

    private final Invocation invocation;
    private final Stores stores;

    public OpenKeys(Invocation invocation, Stores stores) {
        this.invocation = invocation;
        this.stores = stores;
    }

    /** What is done with open keys. */
    @FunctionalInterface
    interface Use<R> {
        R with(KeyRing ring, Store store) throws InterruptedException;
    }

    Invocation invocation() {
        return invocation;
    }

    Stores stores() {
        return stores;
    }

    <R> R open(RepositoryOptions where, Use<R> use) throws InterruptedException {
        RepositoryAddress address = where.address(invocation);
        try (KeySource key = KeyFile.keyOf(address, invocation.environment());
                Store store = stores.open(address.url());
                KeyRing ring = open(store, key)) {
            return use.with(ring, store);
        }
    }

    KeyRing open(Store store, KeySource key) throws InterruptedException {
        return KeyRing.open(store, key, Optional.empty(), invocation.time().clock(), invocation.time().random());
    }
}
