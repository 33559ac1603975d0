// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a listing of the whole store found: of ranges of WAL, indexes and keys only how much it is. */
final class Inventory {

    private final Map<Kind, Amount> held = new EnumMap<>(Kind.class);
    private final Map<Digest, Pack> packs = new HashMap<>();
    private final Map<String, Long> bytes = new HashMap<>();
    private final Set<String> present = new HashSet<>();

    /** A pack that was listed. */
    record Pack(Kind kind, long bytes, Instant stamped) {}

    private Inventory() {}

    /**
     * Lists the store.
     *
     * @param wanted keys of which {@link #has} is to be asked
     * @throws VaultFault.Uncollectable if there is an object of an unknown kind, or one of whose kind gc does not know
     *             enough
     */
    static Inventory list(Store store, Set<String> wanted) throws InterruptedException {
        Inventory inventory = new Inventory();
        store.list(Prefix.everything(), blob -> inventory.add(blob, wanted));
        return inventory;
    }

    Map<Kind, Amount> held() {
        return held;
    }

    Map<Digest, Pack> packs() {
        return packs;
    }

    boolean has(String wantedKey) {
        return present.contains(wantedKey);
    }

    /** The bytes of an object; 0 if it was not listed. */
    long bytesOf(ObjectKey key) {
        return key instanceof ObjectKey.Pack pack && packs.containsKey(pack.digest())
                ? packs.get(pack.digest()).bytes
                : bytes.getOrDefault(key.value(), 0L);
    }

    private void add(BlobInfo blob, Set<String> wanted) {
        ObjectKey key = requireKnown(blob.key().value());
        held.merge(key.kind(), new Amount(1, blob.length()), Amount::and);
        if (wanted.contains(blob.key().value())) {
            present.add(blob.key().value());
        }
        switch (key.kind()) {
            case DATA, MAP -> packs.put(key.digest(), new Pack(key.kind(), blob.length(), blob.storeTime()));
            case SNAPSHOT, CANDIDATE, QUARANTINE -> bytes.put(blob.key().value(), blob.length());
            case CHARTER, SLOT, EPOCH, GRANT, INDEX, ABANDON, LINEAGE, WAL, ROLL, CONDEMNED, LEDGER, CHECKPOINT,
                    PROOF ->
                {}
            case REPLICA -> throw new VaultFault.Uncollectable("this is a copy, which is written by copying alone",
                    blob.key().value());
            case FORWARD ->
                throw new VaultFault.Uncollectable("blocks were moved by a release that compacts", blob.key().value());
        }
    }

    private static ObjectKey requireKnown(String key) {
        Optional<ObjectKey> parsed = ObjectKeys.parse(key);
        if (parsed.isEmpty()) {
            throw new VaultFault.Uncollectable("it is not of a kind that this release knows", key);
        }
        return parsed.get();
    }
}
