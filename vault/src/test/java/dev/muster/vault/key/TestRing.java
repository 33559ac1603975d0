// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store, the raw keys that its slots are unlocked with, and what tests do to both. */
final class TestRing {

    final TestClock clock = new TestClock();
    final SecureRandom random;
    final Store store;

    TestRing(long seed) {
        random = new SeededRandom(seed);
        store = new MemoryStore(clock);
    }

    private TestRing(TestRing other, Store store) {
        random = other.random;
        this.store = store;
    }

    /** The same with this store. */
    TestRing with(Store another) {
        return new TestRing(this, another);
    }

    /** Raw key number {@code number}. */
    static KeySource raw(int number) {
        byte[] key = new byte[32];
        key[0] = (byte) (number >>> 8);
        key[1] = (byte) number;
        key[31] = 1;
        return KeySource.raw(key);
    }

    KeyRing create(int key) throws InterruptedException {
        return KeyRing.create(store, NewRepository.DEFAULT, raw(key), "slot " + key, clock, random);
    }

    KeyRing open(int key) throws InterruptedException {
        return open(key, Optional.empty());
    }

    KeyRing open(int key, Optional<CharterMark> seen) throws InterruptedException {
        return KeyRing.open(store, raw(key), seen, clock, random);
    }

    List<Key> keys(Kind kind) throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), blob -> keys.add(blob.key()));
        return keys;
    }

    byte[] read(Key key) throws InterruptedException {
        return store.read(key, Range.whole());
    }

    /** Puts these bytes under the key that they have. */
    Digest put(Kind kind, byte[] object) throws InterruptedException {
        Digest digest = Digest.sha256(object);
        store.put(Key.of(ObjectKeys.of(kind, digest).value()), Content.of(object));
        return digest;
    }

    void delete(Kind kind, Digest digest) throws InterruptedException {
        store.delete(Key.of(ObjectKeys.of(kind, digest).value()));
    }

    /** All objects, by key. */
    SortedMap<Key, byte[]> everything() throws InterruptedException {
        List<BlobInfo> blobs = new ArrayList<>();
        store.list(Prefix.everything(), blobs::add);
        SortedMap<Key, byte[]> everything = new TreeMap<>();
        for (BlobInfo blob : blobs) {
            everything.put(blob.key(), read(blob.key()));
        }
        return everything;
    }

    byte[] read(Map<Key, byte[]> objects, Key key) {
        return Objects.requireNonNull(objects.get(key));
    }

    /** Makes the store hold exactly this. */
    void restore(SortedMap<Key, byte[]> objects) throws InterruptedException {
        for (Key key : everything().keySet()) {
            store.delete(key);
        }
        for (Key key : objects.keySet()) {
            store.put(key, Content.of(read(objects, key)));
        }
    }
}
