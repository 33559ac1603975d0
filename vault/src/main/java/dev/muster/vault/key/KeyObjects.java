// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.BlobInfo;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The small objects of this package in their store: those that verify, and what is to be said of the others. */
final class KeyObjects {

    /** A charter of 65,536 slots and as many epochs has 7 MB. */
    private static final int OBJECT_BYTES_MAX = 8 << 20;

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
        List<BlobInfo> listed = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), listed::add);
        List<T> found = new ArrayList<>();
        for (BlobInfo blob : listed) {
            read(blob, reading).ifPresent(found::add);
        }
        return found;
    }

    private <T> Optional<T> read(BlobInfo blob, Reading<T> reading) throws InterruptedException {
        String key = blob.key().value();
        Optional<ObjectKey> parsed = ObjectKeys.parse(key);
        if (parsed.isEmpty() || blob.length() > OBJECT_BYTES_MAX) {
            report(key, parsed.isEmpty() ? "its name is not one of this format" : "it is too large");
            return Optional.empty();
        }
        try {
            Optional<byte[]> object = fetch(blob.key(), parsed.get().digest());
            if (object.isEmpty()) {
                report(key, "its bytes do not have the digest that its name says");
                return Optional.empty();
            }
            return Optional.of(reading.read(key, object.get()));
        } catch (StoreException.NotFound e) {
            return Optional.empty();
        } catch (VaultFault e) {
            report(key, e.what());
            return Optional.empty();
        }
    }

    /** The bytes, if they have this digest; asked for twice, since they may have been spoilt on their way. */
    private Optional<byte[]> fetch(Key key, Digest digest) throws InterruptedException {
        for (int attempt = 0; attempt < 2; attempt++) {
            byte[] object = store.read(key, Range.whole());
            if (Digest.sha256(object).equals(digest)) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
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
