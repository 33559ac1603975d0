// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One state of a repository that is whole in itself, while others write to it and gc deletes from it.
 *
 * <p>A listing is no moment: of what comes or goes meanwhile it may show the later and not the earlier. So what names others
 * is listed first, and what it names afterwards, when it must be there; and what named others must still be there in the
 * end, since gc takes a snapshot before it takes what only that one needs. The order below is that of {@link #look}.
 *
 * @param repository whose objects these are
 * @param items all that is to be copied, in the order of their keys
 * @param strange keys that end in no digest: nothing of a repository
 */
record Sight(Uid repository, List<CopyItem> items, List<Key> strange) {

    private static final int ATTEMPTS_MAX = 10;

    /**
     * Looks at a repository.
     *
     * @throws VaultFault.NoRepository if there is none
     * @throws VaultFault.Restless if it changes faster than it can be listed
     */
    static Sight of(Store source) throws InterruptedException {
        Uid repository = ReplicaMark.repositoryOf(source);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Optional<Sight> whole = look(source, repository);
            if (whole.isPresent()) {
                return whole.get();
            }
        }
        throw new VaultFault.Restless(source.place());
    }

    private static Optional<Sight> look(Store source, Uid repository) throws InterruptedException {
        Set<String> charters = keys(source, Kind.CHARTER);
        Set<String> checkpoints = keys(source, Kind.CHECKPOINT);
        Set<String> roll = keys(source, Kind.ROLL);
        Set<String> snapshots = keys(source, Kind.SNAPSHOT);
        // A removal is on the roll before its snapshot goes: an unchanged roll speaks of just these snapshots.
        if (!keys(source, Kind.ROLL).equals(roll)) {
            return Optional.empty();
        }
        // Before the packs that it names. An index that gc has replaced meanwhile is not missed.
        Set<String> indexes = keys(source, Kind.INDEX);
        // After the snapshots, so that it covers their needs.
        Map<String, String> ends = ends(source, Kind.WAL);
        Map<String, String> sessions = ends(source, Kind.LEDGER);
        // A session names the checkpoints and the other sessions that it saw when it began.
        if (!ends(source, Kind.LEDGER).keySet().equals(sessions.keySet())
                || !keys(source, Kind.CHECKPOINT).equals(checkpoints)) {
            return Optional.empty();
        }
        ends.putAll(sessions);
        Map<Kind, Set<String>> first = Map.of(Kind.CHARTER, charters, Kind.CHECKPOINT, checkpoints, Kind.ROLL, roll,
                Kind.SNAPSHOT, snapshots, Kind.INDEX, indexes);
        Listing listing = new Listing(first, ends, new ArrayList<>(), new ArrayList<>());
        source.list(Prefix.everything(), listing::add);
        // A slot's objects go only after the charter that retires it was put.
        boolean whole = listing.hasAllOfFirst() && keys(source, Kind.CHARTER).equals(charters);
        return whole ? Optional.of(new Sight(repository, listing.items, listing.strange)) : Optional.empty();
    }

    private static Set<String> keys(Store source, Kind kind) throws InterruptedException {
        Set<String> keys = new TreeSet<>();
        source.list(Prefix.of(kind.prefix() + "/"), blob -> keys.add(blob.key().value()));
        return keys;
    }

    /** The last key of each chain: what was there before it is listed from now on. */
    private static Map<String, String> ends(Store source, Kind kind) throws InterruptedException {
        Map<String, String> ends = new HashMap<>();
        source.list(Prefix.of(kind.prefix() + "/"), blob -> ends.put(chain(blob.key().value()), blob.key().value()));
        return ends;
    }

    /** All of a key before the number that counts in its chain: a history of the log, a session of the ledger. */
    private static String chain(String key) {
        int folder = key.lastIndexOf('/') + 1;
        return key.startsWith(Kind.WAL.prefix() + "/")
                ? key.substring(0, folder)
                : key.substring(0, Math.max(folder, key.indexOf('-', folder)));
    }

    /**
     * The listing of the whole store, less what came too late for this sight.
     *
     * @param first keys of what names others, listed before
     * @param ends of chains, listed before
     */
    private record Listing(Map<Kind, Set<String>> first, Map<String, String> ends, List<CopyItem> items,
            List<Key> strange) {

        void add(BlobInfo blob) {
            Optional<CopyItem> item = CopyItem.of(blob);
            if (item.isEmpty()) {
                strange.add(blob.key());
            } else if (item.get().phase() != Phase.NEVER && belongs(blob.key().value())) {
                items.add(item.get());
            }
        }

        private boolean belongs(String key) {
            Optional<Kind> kind = Kind.ofKey(key);
            if (kind.isPresent() && first.containsKey(kind.get())) {
                return first.get(kind.get()).contains(key);
            }
            if (kind.isPresent() && (kind.get() == Kind.WAL || kind.get() == Kind.LEDGER)) {
                return ends.getOrDefault(chain(key), "").compareTo(key) >= 0;
            }
            return true;
        }

        boolean hasAllOfFirst() {
            long wanted = first.entrySet()
                    .stream()
                    .filter(each -> each.getKey() != Kind.INDEX)
                    .mapToLong(each -> each.getValue().size())
                    .sum();
            return wanted == items.stream()
                    .filter(item -> Kind.ofKey(item.key().value())
                            .filter(kind -> kind != Kind.INDEX && first.containsKey(kind))
                            .isPresent())
                    .count();
        }
    }
}
