// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.fault.Fault;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The object that makes a copy a replica: an envelope, which names the repository, and nothing else. */
final class ReplicaMark {

    private ReplicaMark() {}

    /** Whether there is a mark: its key alone stops writers, whatever its bytes are. */
    static boolean isThere(Store store) throws InterruptedException {
        return !keys(store, Kind.REPLICA).isEmpty();
    }

    static Key put(Store store, Uid repository) throws InterruptedException {
        byte[] mark = new Envelope(Kind.REPLICA, repository).bytes();
        return store.put(Key.of(ObjectKeys.of(Kind.REPLICA, Digest.sha256(mark)).value()), Content.of(mark)).key();
    }

    /**
     * The repository whose copy this is; empty without a mark.
     *
     * @throws VaultFault.Damage if no mark can be read
     */
    static Optional<Uid> read(Store store) throws InterruptedException {
        List<Key> marks = keys(store, Kind.REPLICA);
        return marks.isEmpty() ? Optional.empty() : Optional.of(named(store, marks));
    }

    /**
     * Which repository is at a place, by its charters, without a key.
     *
     * @throws VaultFault.NoRepository if there is none
     */
    static Uid repositoryOf(Store store) throws InterruptedException {
        List<Key> charters = keys(store, Kind.CHARTER);
        if (charters.isEmpty()) {
            throw new VaultFault.NoRepository(store.place());
        }
        return named(store, charters);
    }

    private static List<Key> keys(Store store, Kind kind) throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), blob -> keys.add(blob.key()));
        return keys;
    }

    /** The repository that most of them name: one that somebody put there from elsewhere decides nothing. */
    private static Uid named(Store store, List<Key> keys) throws InterruptedException {
        Map<Uid, Integer> votes = new HashMap<>();
        Fault why = new VaultFault.NoRepository(store.place());
        for (Key key : keys) {
            try {
                votes.merge(Envelope.read(key.value(), store.read(key, Range.of(0, Envelope.BYTES))).repository(), 1,
                        Integer::sum);
            } catch (VaultFault | StoreException.OutOfRange | StoreException.NotFound e) {
                why = e;
            }
        }
        Fault none = why;
        return votes.entrySet()
                .stream()
                .max(Map.Entry.<Uid, Integer>comparingByValue().thenComparing(vote -> vote.getKey().hex(),
                        Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .orElseThrow(() -> none);
    }
}
