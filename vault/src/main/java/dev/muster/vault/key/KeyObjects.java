// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The small objects of this package in their store: those that verify, and what is to be said of the others. */
final class KeyObjects {

    /** A charter of 65,536 slots and as many epochs has 7 MB. */
    private static final int OBJECT_BYTES_MAX = 8 << 20;

    /** How many are fetched and held at once. */
    private static final int TOGETHER_MAX = 16;
    private static final int ONE_BY_ONE_MAX = 4;

    private final Store store;
    private final List<KeyFinding> findings = new ArrayList<>();

    KeyObjects(Store store) {
        this.store = store;
    }

    /** Makes of an object what it says. */
    @FunctionalInterface
    interface Reading<T> {

        /**
         * Reads and verifies.
         *
         * @throws VaultFault if the object does not verify
         */
        T read(String subject, byte[] object);
    }

    /** All objects of this kind that verify, in the order of their digests. */
    <T> List<T> read(Kind kind, Reading<T> reading) throws InterruptedException {
        List<Key> listed = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), blob -> listed.add(blob.key()));
        return read(listed, reading);
    }

    /** Those of these objects that are there and verify. */
    <T> List<T> read(Kind kind, List<Digest> digests, Reading<T> reading) throws InterruptedException {
        return read(digests.stream().map(digest -> key(kind, digest)).toList(), reading);
    }

    private <T> List<T> read(List<Key> keys, Reading<T> reading) throws InterruptedException {
        List<T> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += TOGETHER_MAX) {
            for (Fetched fetched : fetch(keys.subList(from, Math.min(from + TOGETHER_MAX, keys.size())))) {
                read(fetched, reading).ifPresent(found::add);
            }
        }
        return found;
    }

    /** An object's bytes; empty if they are not what its key says, which is why. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Fetched(String key, Optional<byte[]> object, String why) {

        static Fetched not(Key key, String why) {
            return new Fetched(key.value(), Optional.empty(), why);
        }
    }

    /** A few at once, where the round trips would add up. */
    private List<Fetched> fetch(List<Key> keys) throws InterruptedException {
        List<Fetched> fetched = new ArrayList<>();
        if (keys.size() <= ONE_BY_ONE_MAX) {
            for (Key key : keys) {
                fetched.add(fetch(key));
            }
            return fetched;
        }
        try (Scope scope = Scope.open("keys", keys.size())) {
            List<Task<Fetched>> tasks = new ArrayList<>();
            for (Key key : keys) {
                tasks.add(scope.submit(() -> fetch(key)));
            }
            for (Task<Fetched> task : tasks) {
                fetched.add(task.await());
            }
        }
        return fetched;
    }

    /** Asks twice for bytes that are not right, since they may have been spoilt on their way. */
    private Fetched fetch(Key key) throws InterruptedException {
        Optional<ObjectKey> parsed = ObjectKeys.parse(key.value());
        if (parsed.isEmpty()) {
            return Fetched.not(key, "its name is not one of this format");
        }
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                Optional<byte[]> object = store.get(key, Range.whole(), KeyObjects::small);
                if (object.isEmpty()) {
                    return Fetched.not(key, "it is too large");
                }
                if (Digest.sha256(object.get()).equals(parsed.get().digest())) {
                    return new Fetched(key.value(), object, "");
                }
            }
            return Fetched.not(key, "its bytes do not have the digest that its name says");
        } catch (StoreException.NotFound e) {
            return Fetched.not(key, "it is not there");
        }
    }

    private static Optional<byte[]> small(InputStream bytes, long length) throws IOException {
        return length > OBJECT_BYTES_MAX ? Optional.empty() : Optional.of(bytes.readNBytes((int) length));
    }

    private <T> Optional<T> read(Fetched fetched, Reading<T> reading) {
        if (fetched.object.isEmpty()) {
            report(fetched.key, fetched.why);
            return Optional.empty();
        }
        try {
            return Optional.of(reading.read(fetched.key, fetched.object.get()));
        } catch (VaultFault e) {
            report(fetched.key, e.what());
            return Optional.empty();
        }
    }

    Digest put(Kind kind, byte[] object) throws InterruptedException {
        Digest digest = Digest.sha256(object);
        store.put(key(kind, digest), Content.of(object));
        return digest;
    }

    void delete(Kind kind, Digest digest) throws InterruptedException {
        store.delete(key(kind, digest));
    }

    /** Fails if the store holds anything but what an unfinished creation leaves behind. */
    void requireVacant() throws InterruptedException {
        store.list(Prefix.everything(), blob -> {
            Optional<Kind> kind = Kind.ofKey(blob.key().value());
            if (kind.isEmpty() || (kind.get() != Kind.SLOT && kind.get() != Kind.EPOCH && kind.get() != Kind.GRANT)) {
                throw new VaultFault.Refused("There is something already, such as " + blob.key(), place(),
                        "Choose an empty place, or open the repository that is there.");
            }
        });
    }

    /** Puts the first charter, and takes it back if somebody else put one. */
    void putOnlyCharter(byte[] object) throws InterruptedException {
        Digest mine = put(Kind.CHARTER, object);
        List<Key> charters = new ArrayList<>();
        store.list(Prefix.of(Kind.CHARTER.prefix() + "/"), blob -> charters.add(blob.key()));
        if (!charters.equals(List.of(key(Kind.CHARTER, mine)))) {
            delete(Kind.CHARTER, mine);
            throw new VaultFault.Refused("Somebody else made a repository at the same moment", place(),
                    "Open that one, or choose another place.");
        }
    }

    String place() {
        return store.place();
    }

    void report(String key, String what) {
        findings.add(new KeyFinding(key, what));
    }

    /** What was found so far. */
    List<KeyFinding> findings() {
        return List.copyOf(findings);
    }

    static String name(Kind kind, Digest digest) {
        return ObjectKeys.of(kind, digest).value();
    }

    private static Key key(Kind kind, Digest digest) {
        return Key.of(name(kind, digest));
    }
}
