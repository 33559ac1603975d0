// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.SealedObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;

/** The lineages of a repository. They never change, so each is read once. Thread-safe. */
final class LineageBook {

    private final WalAccess access;
    private final WalRequests.Tally tally;
    private final Map<String, Lineage> read = new ConcurrentHashMap<>();

    LineageBook(WalAccess access, WalRequests.Tally tally) {
        this.access = access;
        this.tally = tally;
    }

    Lineages all() throws InterruptedException {
        var blobs = new ArrayList<BlobInfo>();
        tally.list();
        access.store().list(Prefix.of(Kind.LINEAGE.prefix() + "/"), blobs::add);
        var known = new LinkedHashMap<Uid, Lineage>();
        var unreadable = new LinkedHashMap<String, VaultFault>();
        for (var blob : blobs) {
            tally.listed();
            try {
                var lineage = lineage(blob);
                known.put(lineage.incarnation(), lineage);
            } catch (VaultFault e) {
                unreadable.put(blob.key().value(), e);
            } catch (StoreException.NotFound _) {
                // Deleted since the listing, as if it had never been listed.
            }
        }
        return new Lineages(List.copyOf(known.values()), unreadable);
    }

    void put(Lineage lineage) throws InterruptedException {
        var object = SealedObject.write(access.chain(), access.signer(), Kind.LINEAGE, lineage.encode(),
                access.random());
        var key = ObjectKeys.lineage(lineage.incarnation(), Digest.sha256(object)).value();
        access.store().put(Key.of(key), Content.of(object));
        tally.put(object.length);
        read.put(key, lineage);
    }

    /** Itself first, then its parent, and so on. */
    List<Lineage> ancestry(Uid incarnation) throws InterruptedException {
        var all = all().known();
        SequencedSet<Lineage> ancestry = new LinkedHashSet<>();
        for (var next = incarnation; !next.equals(Uid.NONE);) {
            var wanted = next;
            var lineage = all.stream()
                    .filter(each -> each.incarnation().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new WalFault.NoSuchHistory(wanted));
            if (!ancestry.add(lineage)) {
                throw new VaultFault.Damage("a history is its own ancestor", incarnation.hex());
            }
            next = lineage.descent().parent().orElse(Uid.NONE);
        }
        return List.copyOf(ancestry);
    }

    private Lineage lineage(BlobInfo blob) throws InterruptedException {
        var key = blob.key().value();
        var known = read.get(key);
        if (known != null) {
            return known;
        }
        if (!(ObjectKeys.parse(key).orElse(null) instanceof ObjectKey.Lineage named)) {
            throw new VaultFault.Damage("not the key of a lineage", key);
        }
        var object = access.store().read(blob.key(), Range.whole());
        tally.got(object.length);
        var opened = SealedObject.read(access.chain(), access.authority(), Kind.LINEAGE, key, blob.storeTime(), object);
        var lineage = Lineage.decode(key, opened.body());
        if (!Digest.sha256(object).equals(named.digest()) || !lineage.incarnation().equals(named.incarnation())) {
            throw new VaultFault.Damage("its key says something else than it does itself", key);
        }
        read.put(key, lineage);
        return lineage;
    }
}
