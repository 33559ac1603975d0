// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.time.Instant;
import java.util.Optional;

/** A store that can only be read, for those who must not change it: its put and delete are denied. */
public final class ReadOnlyStore implements Store {

    private final Store inner;

    public ReadOnlyStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public BlobInfo put(Key key, Content content) {
        throw StoreException.Denied.readOnly(place());
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        return inner.get(key, range, reading);
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return inner.stat(key);
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        inner.list(prefix, each);
    }

    @Override
    public void delete(Key key) {
        throw StoreException.Denied.readOnly(place());
    }

    @Override
    public Instant now() throws InterruptedException {
        return inner.now();
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public String place() {
        return inner.place();
    }

    @Override
    public void close() {
        inner.close();
    }
}
