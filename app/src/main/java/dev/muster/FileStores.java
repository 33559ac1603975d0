// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.disk.KernelPath;
import dev.muster.store.RetryingStore;
import dev.muster.store.RetryingStore.Patience;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.file.FileStore;
import dev.muster.system.Stores;
import dev.muster.work.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Stores in directories: {@code file:///path}, or the path alone. What may pass is tried again. */
record FileStores(SecureRandom random, LongSupplier nanoTime) implements Stores {

    private static final String SCHEME = "file://";

    @Override
    public Store open(String url) throws InterruptedException {
        return patient(FileStore.open(path(url), random));
    }

    @Override
    public Store openReadOnly(String url) throws InterruptedException {
        return patient(FileStore.openReadOnly(path(url)));
    }

    @Override
    public Store create(String url) throws InterruptedException {
        Path directory = path(url);
        try {
            if (directory.getParent() != null) {
                Files.createDirectories(directory.getParent());
            }
        } catch (IOException e) {
            throw StoreException.Denied.of(url, e);
        }
        return patient(FileStore.create(directory, random));
    }

    @Override
    public Optional<Path> directory(String url) {
        return Optional.of(path(url));
    }

    @Override
    public boolean exists(String url) throws InterruptedException {
        try (Store found = open(url)) {
            return !found.place().isEmpty();
        } catch (StoreException.Absent e) {
            return false;
        }
    }

    private Store patient(Store store) {
        return new RetryingStore(store, Patience.STANDARD, random, new Wait(nanoTime)::pause);
    }

    private static Path path(String url) {
        return KernelPath.absolute(Path.of(url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : url));
    }
}
