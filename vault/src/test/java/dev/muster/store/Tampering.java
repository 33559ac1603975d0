// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody who can write to the place of a store may do to it behind Muster's back, or what a disk may do by
 * itself. Works on every store by way of its own verbs, so what is replaced has a new store time.
 */
public final class Tampering {

    private final Store store;

    /** @param store not one that records, counts or fails what is done to it */
    public Tampering(Store store) {
        this.store = store;
    }

    /** Flips one bit; bit 0 is the lowest of the first byte. */
    public void flip(Key key, long bit) throws InterruptedException {
        var bytes = store.read(key, Range.whole());
        bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        replace(key, bytes);
    }

    /** Leaves only the first so many bytes. */
    public void truncate(Key key, int length) throws InterruptedException {
        var bytes = store.read(key, Range.whole());
        if (length >= bytes.length) {
            throw new IllegalArgumentException(key + " has no more than " + bytes.length + " bytes");
        }
        replace(key, Arrays.copyOf(bytes, length));
    }

    /** Appends bytes. */
    public void extend(Key key, byte... more) throws InterruptedException {
        var bytes = store.read(key, Range.whole());
        var extended = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, extended, bytes.length, more.length);
        replace(key, extended);
    }

    /** Gives each of two objects the bytes of the other. */
    public void swap(Key one, Key other) throws InterruptedException {
        var bytesOfOne = store.read(one, Range.whole());
        replace(one, store.read(other, Range.whole()));
        replace(other, bytesOfOne);
    }

    /** Takes an object away; fails if there is none, so that a test cannot omit nothing. */
    public void omit(Key key) throws InterruptedException {
        if (store.stat(key).isEmpty()) {
            throw new IllegalArgumentException("there is no " + key + " to omit");
        }
        store.delete(key);
    }

    /** Everything in the store as it is now. */
    public Map<Key, byte[]> picture() throws InterruptedException {
        var keys = new TreeMap<Key, byte[]>();
        store.list(Prefix.everything(), blob -> keys.put(blob.key(), new byte[0]));
        for (var entry : keys.entrySet()) {
            entry.setValue(store.read(entry.getKey(), Range.whole()));
        }
        return keys;
    }

    /** Makes the whole store what it was. */
    public void rollBackTo(Map<Key, byte[]> picture) throws InterruptedException {
        var now = picture();
        for (var key : now.keySet()) {
            if (!picture.containsKey(key)) {
                store.delete(key);
            }
        }
        for (var entry : picture.entrySet()) {
            if (!Arrays.equals(now.get(entry.getKey()), entry.getValue())) {
                replace(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Brings back an object that was deleted since, and leaves all others. */
    public void resurrect(Key key, Map<Key, byte[]> picture) throws InterruptedException {
        var bytes = picture.get(key);
        if (bytes == null || store.stat(key).isPresent()) {
            throw new IllegalArgumentException(key + " was not there, or still is");
        }
        store.put(key, Content.of(bytes));
    }

    private void replace(Key key, byte[] bytes) throws InterruptedException {
        store.delete(key);
        store.put(key, Content.of(bytes));
    }
}
