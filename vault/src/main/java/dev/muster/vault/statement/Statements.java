// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Sha256;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.SealedObject;
import dev.muster.vault.seal.Signer;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes and reads the metadata objects of one repository. Thread-safe. */
public final class Statements {

    /** The largest object that {@link SealedObject} makes. */
    private static final long OBJECT_BYTES_MAX = Envelope.BYTES + 64L * FrameHeader.FRAME_BYTES_MAX;

    private static final int READS_AT_ONCE = 16;

    private final Store store;
    private final KeyChain chain;
    private final Signer signer;
    private final Authority authority;
    private final SecureRandom random;
    private final boolean collects;

    /** @param signer as whom statements are made */
    public Statements(Store store, KeyChain chain, Signer signer, Authority authority, SecureRandom random) {
        this(store, chain, signer, authority, random, false);
    }

    private Statements(Store store, KeyChain chain, Signer signer, Authority authority, SecureRandom random,
            boolean collects) {
        this.store = store;
        this.chain = chain;
        this.signer = signer;
        this.authority = authority;
        this.random = random;
        this.collects = collects;
    }

    /** The same for gc: what it would have to know more of to collect garbage is refused as unsupported. */
    public Statements collecting() {
        return new Statements(store, chain, signer, authority, random, true);
    }

    /** Of whom this states: its role decides what may be put. */
    public KeyChain chain() {
        return chain;
    }

    /**
     * States this. When it returns the object is durable.
     *
     * @param key what its key is, given its digest
     * @throws VaultFault.NotGranted if this slot's role may not say this kind
     */
    public <K extends ObjectKey> K put(Kind kind, Function<Digest, K> key, byte[] body) throws InterruptedException {
        Sealed<K> sealed = seal(kind, key, body);
        put(sealed);
        return sealed.key;
    }

    /**
     * A statement that can be put any number of times and is the same one each time.
     *
     * @param key of the object
     * @param object its whole bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Sealed<K extends ObjectKey>(K key, byte[] object) {}

    /**
     * Makes a statement and does not put it yet.
     *
     * @param key what its key is, given its digest
     * @throws VaultFault.NotGranted if this slot's role may not say this kind
     */
    public <K extends ObjectKey> Sealed<K> seal(Kind kind, Function<Digest, K> key, byte[] body) {
        if (!chain.role().maySay(kind)) {
            throw new VaultFault.NotGranted("write to " + kind.prefix() + "/", chain.role().toString());
        }
        byte[] object = SealedObject.write(chain, signer, kind, body, random);
        return new Sealed<>(key.apply(Digest.sha256(object)), object);
    }

    /** Puts a statement that was made before. When it returns the object is durable. */
    public void put(Sealed<?> sealed) throws InterruptedException {
        store.put(Key.of(sealed.key.value()),
                Content.of(sealed.object).expecting(Sha256.fromBytes(sealed.key.digest().bytes())));
    }

    /** The store's clock. */
    public Instant now() throws InterruptedException {
        return store.now();
    }

    /** What is listed under a kind, in the order of the keys; nothing is read. */
    public List<BlobInfo> list(Kind kind) throws InterruptedException {
        return listUnder(kind.prefix() + "/");
    }

    /** What is listed of one session: snapshots, candidates, abandons or condemneds. */
    public List<BlobInfo> list(Kind kind, Uid session) throws InterruptedException {
        return listUnder(kind.prefix() + "/" + session.hex() + "-");
    }

    /** What is listed of one month of the ledger. */
    public List<BlobInfo> list(Month month) throws InterruptedException {
        return listUnder(Kind.LEDGER.prefix() + "/" + month + "/");
    }

    /** What is listed under this very key; nothing is read. */
    public Optional<BlobInfo> list(ObjectKey key) throws InterruptedException {
        return listUnder(key.value()).stream().filter(blob -> blob.key().value().equals(key.value())).findFirst();
    }

    /**
     * Lists and reads all statements of a kind.
     *
     * @param interpretation decodes a statement; throws VaultFault if its contents are damaged or not its signer's to say
     */
    public <T> Survey<T> survey(Kind kind, Function<Statement, T> interpretation) throws InterruptedException {
        return Survey.of(readAll(kind, list(kind), interpretation));
    }

    /** Reads objects that were listed, several at once; the outcomes are in their order. */
    public <T> List<Outcome<T>> readAll(Kind kind, List<BlobInfo> listed, Function<Statement, T> interpretation)
            throws InterruptedException {
        List<Task<Outcome<T>>> reading = new ArrayList<>();
        List<Outcome<T>> outcomes = new ArrayList<>();
        try (var scope = Scope.open("read-" + kind.prefix(), READS_AT_ONCE)) {
            for (BlobInfo blob : listed) {
                reading.add(scope.submit(() -> read(kind, blob, interpretation)));
            }
            for (Task<Outcome<T>> task : reading) {
                outcomes.add(task.await());
            }
        }
        return outcomes;
    }

    /** Reads an object that was listed. */
    public <T> Outcome<T> read(Kind kind, BlobInfo blob, Function<Statement, T> interpretation)
            throws InterruptedException {
        String subject = blob.key().value();
        try {
            ObjectKey key = ObjectKeys.parse(subject)
                    .filter(parsed -> parsed.kind() == kind)
                    .orElseThrow(() -> new VaultFault.Damage("not the key of such an object", subject));
            byte[] object = bytes(blob);
            if (!Digest.sha256(object).equals(key.digest())) {
                return new Outcome.Refused<>(blob.key(),
                        new VaultFault.Damage("its bytes are not those that its key names", subject), true);
            }
            if (collects) {
                Envelope.requireFor(Envelope.Use.COLLECT, subject, object);
            }
            var opened = SealedObject.read(chain, authority, kind, subject, blob.storeTime(), object);
            return new Outcome.Said<>(interpretation.apply(
                    new Statement(key, blob.storeTime(), opened.signer(), opened.role(), opened.body())));
        } catch (StoreException.NotFound _) {
            return new Outcome.Vanished<>(blob.key());
        } catch (VaultFault.Unsupported | VaultFault.NotGranted e) {
            return new Outcome.Refused<>(blob.key(), e, true);
        } catch (VaultFault e) {
            return new Outcome.Refused<>(blob.key(), e, false);
        }
    }

    private List<BlobInfo> listUnder(String prefix) throws InterruptedException {
        List<BlobInfo> listed = new ArrayList<>();
        store.list(Prefix.of(prefix), listed::add);
        return listed;
    }

    private byte[] bytes(BlobInfo blob) throws InterruptedException {
        if (blob.length() > OBJECT_BYTES_MAX) {
            throw new VaultFault.Damage(blob.length() + " bytes, more than such an object can have",
                    blob.key().value());
        }
        return store.read(blob.key(), Range.whole());
    }
}
