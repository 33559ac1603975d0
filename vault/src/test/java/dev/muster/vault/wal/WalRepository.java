// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** A repository as far as the log needs one: a store, the keys of one or two epochs, and an archive for each role. */
public final class WalRepository {

    public static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

    private final Store store;
    private final SecureRandom random;
    private final Uid uid;
    private final List<EpochKeys> epochs = new ArrayList<>();
    private final Map<Role, Slot> slots = new EnumMap<>(Role.class);
    private final List<Uid> begun = new ArrayList<>();
    final List<WalSpan> released = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent")
    private record Slot(Digest digest, byte[] seed, byte[] publicKey) {}

    /** Always the same for one seed. */
    private static final class SeededRandom extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final Random random;

        SeededRandom(long seed) {
            random = new Random(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (random != null) {
                random.nextBytes(bytes);
            }
        }

        @Override
        public long nextLong() {
            return random.nextLong();
        }
    }

    public WalRepository(long seed) {
        this(seed, new MemoryStore(InstantSource.fixed(NOW)));
    }

    public WalRepository(long seed, Store store) {
        this.store = store;
        this.random = new SeededRandom(seed);
        this.uid = Uid.random(random);
        addEpoch();
        for (var role : Role.values()) {
            var signing = key();
            slots.put(role, new Slot(Digest.of(key()), signing, Curves.signingPublicOf(signing)));
        }
    }

    /** Another epoch, with another naming key. */
    public void addEpoch() {
        var opening = key();
        epochs.add(new EpochKeys(epochs.size() + 1, key(), key(), Curves.agreementPublicOf(opening), opening));
    }

    /** As one with this role opens it, by now. */
    public WalArchive archive(Role role) {
        return new WalArchive(access(role), new WalRoll() {
            @Override
            public List<Digest> headsSeen() {
                return List.of();
            }

            @Override
            public void lineageBegun(Uid incarnation) {
                begun.add(incarnation);
            }

            @Override
            public WalCover released(Uid incarnation) {
                return WalCover.of(released);
            }
        });
    }

    WalAccess access(Role role) {
        var granted = epochs.stream().map(keys -> granted(keys, role)).toList();
        var slot = Objects.requireNonNull(slots.get(role));
        var chain = new KeyChain(uid, role, epochs.size(), granted);
        return new WalAccess(store, () -> chain,
                new Signer(slot.digest, slot.seed), this::enrolled, random, InstantSource.fixed(NOW));
    }

    private Optional<Authority.Enrolled> enrolled(Digest slot) {
        return slots.entrySet()
                .stream()
                .filter(each -> each.getValue().digest.equals(slot))
                .map(each -> new Authority.Enrolled(each.getKey(), each.getValue().publicKey, Optional.empty()))
                .findFirst();
    }

    @SuppressWarnings("NullAway") // It does not see from a class file that these two components can be null.
    private static EpochKeys granted(EpochKeys keys, Role role) {
        return new EpochKeys(keys.epoch(), keys.metadataKey(), role.names() ? keys.namingKey() : null,
                keys.openingPublicKey(), role.opens() ? keys.openingPrivateKey() : null);
    }

    /** Which incarnations were said to have begun. */
    public List<Uid> begun() {
        return begun;
    }

    public Store store() {
        return store;
    }

    /** A first history on timeline 1, with segments of 1 MiB. */
    public Lineage begin() throws InterruptedException {
        return begin(Lineage.Descent.begin(0), 1);
    }

    public Lineage begin(Lineage.Descent descent, long timeline) throws InterruptedException {
        var history =
                timeline == 1 ? new byte[0] : ("1\t0/200000\tbefore\n" + timeline).getBytes(StandardCharsets.US_ASCII);
        return archive(Role.CAPTURE).begin(new Lineage.Origin(-77, timeline, history), descent,
                new WalArchive.Server(1 << 20, 170_004, "db1"));
    }

    public List<Key> keys(String prefix) throws InterruptedException {
        var keys = new ArrayList<Key>();
        store.list(Prefix.of(prefix), blob -> keys.add(blob.key()));
        return keys;
    }

    public byte[] object(Key key) throws InterruptedException {
        return store.read(key, Range.whole());
    }

    /** Puts other bytes under a key, as a failing disk would. */
    public BlobInfo overwrite(Key key, byte[] bytes) throws InterruptedException {
        store.delete(key);
        return store.put(key, Content.of(bytes));
    }

    private byte[] key() {
        var key = new byte[32];
        random.nextBytes(key);
        return key;
    }
}
