// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.time.Instant;
import java.util.Optional;

/**
 * A replica as those see it who open it: what makes up the repository is written by copying alone. What readers say is their own
 * and may be put: that they read, what they found bad, what they proved, what they did. Its time stamps are those of the
 * copying.
 */
public final class ReplicaStore implements Store {

    private final Store inner;

    private ReplicaStore(Store inner) {
        this.inner = inner;
    }

    /** This store, guarded if there is a copy in it. */
    public static Store around(Store store) throws InterruptedException {
        return ReplicaMark.isThere(store) ? new ReplicaStore(store) : store;
    }

    /** What somebody hears who wants to change a replica. */
    public static VaultFault.Refused refusal(String place) {
        return new VaultFault.Refused("This is a copy of a repository: it is written by 'muster repo copy' alone",
                place,
                "Do this in the original, and copy again.");
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        requireOfReaders(key);
        return inner.put(key, content);
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
    public void delete(Key key) throws InterruptedException {
        requireOfReaders(key);
        inner.delete(key);
    }

    private void requireOfReaders(Key key) {
        boolean theirs = switch (Kind.ofKey(key.value()).orElse(Kind.REPLICA)) {
            case CANDIDATE, QUARANTINE, LEDGER, CHECKPOINT, PROOF -> true;
            case CHARTER, SLOT, EPOCH, GRANT, DATA, MAP, INDEX, SNAPSHOT, ABANDON, LINEAGE, WAL, ROLL, CONDEMNED,
                    FORWARD,
                    REPLICA ->
                false;
        };
        if (!theirs) {
            throw refusal(place());
        }
    }

    @Override
    public Instant now() throws InterruptedException {
        return inner.now();
    }

    @Override
    public Capabilities capabilities() {
        Capabilities all = inner.capabilities();
        return new Capabilities(all.objectLock(), all.versioning(), all.conditionalPut(), all.listing(),
                all.putBytesMax(), false, all.storeTimeResolution());
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
