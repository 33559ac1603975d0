// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.fault.Fault;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is done to the objects of a small repository, a reader gets what was captured or is told; a capture into what is
 * left is whole, or is told. The objects of the keys have a test of their own.
 */
class SnapshotDamageTest {

    private static final Set<Kind> KEYS = EnumSet.of(Kind.CHARTER, Kind.SLOT, Kind.EPOCH, Kind.GRANT);

    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final SourceTree tree = new SourceTree().file("a", 6000, 1).file("d/b", 700, 2).file("d/empty", 0, 3)
            .link("l", "d/b");
    private Map<Key, byte[]> picture;
    private List<Key> keys;
    private SnapshotHead first;
    private SnapshotHead second;
    private int right;
    private int told;

    @BeforeEach
    void capture() throws Exception {
        Vault vault = TestVault.create(store, state.resolve("made"), clock);
        first = TestVault.capture(vault, tree);
        second = TestVault.capture(vault, tree.copy().file("c", 1500, 4));
        picture = Stores.picture(store);
        keys = picture.keySet().stream().filter(key -> !KEYS.contains(Kind.ofKey(key.value()).orElseThrow())).toList();
        assertThat(keys).hasSizeGreaterThan(10);
    }

    @Test
    void aFlipOfAnyByteIsRefusedOrDoesNotMatter() throws Exception {
        Vault vault = TestVault.open(store, state.resolve("flip"), clock);
        for (Key key : keys) {
            byte[] good = bytes(key);
            for (int at = 0; at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << at % 8);
                replace(store, key, bad);
                read(vault, key + " byte " + at);
            }
            replace(store, key, good);
        }
        assertThat(right).isPositive();
        assertThat(told).isPositive();
        System.out.println("flips: " + (right + told) + ", told of " + told);
    }

    @Test
    void whatIsOmittedCutOrExtendedIsToldOrDoesNotMatter() throws Exception {
        for (Key key : keys) {
            byte[] good = bytes(key);
            List<byte[]> bad = new ArrayList<>();
            for (int length : new int[]{0, 1, 47, 48, 100, good.length / 2, good.length - 16, good.length - 1}) {
                bad.add(Arrays.copyOf(good, Math.min(Math.max(length, 0), good.length - 1)));
            }
            bad.add(Arrays.copyOf(good, good.length + 1));
            bad.add(Arrays.copyOf(good, 2 * good.length));
            for (byte[] bytes : bad) {
                MemoryStore damaged = Stores.of(picture, clock);
                replace(damaged, key, bytes);
                readAndCapture(damaged, key + " of " + bytes.length + " bytes");
            }
            MemoryStore omitted = Stores.of(picture, clock);
            omitted.delete(key);
            readAndCapture(omitted, "without " + key);
        }
        assertThat(right).isPositive();
        assertThat(told).isPositive();
    }

    @Test
    void anObjectInThePlaceOfAnotherIsToldOrDoesNotMatter() throws Exception {
        for (Key key : keys) {
            for (Key other : keys) {
                if (!key.equals(other)) {
                    MemoryStore swapped = Stores.of(picture, clock);
                    replace(swapped, key, bytes(other));
                    replace(swapped, other, bytes(key));
                    read(TestVault.open(swapped, state.resolve("swap"), clock), key + " for " + other);
                }
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void theNewestSnapshotThatWasDeletedIsMissedByTheRoll() throws Exception {
        store.delete(Key.of("snapshot/" + second.body().session() + "-" + second.id()));
        Vault vault = TestVault.open(store, state.resolve("less"), clock);
        assertThat(vault.snapshots()).extracting(SnapshotHead::id).containsExactly(first.id());
        assertThat(vault.roll().read().present()).contains(second.id());
    }

    private void readAndCapture(MemoryStore damaged, String what) throws InterruptedException {
        Vault vault = TestVault.open(damaged, state.resolve("cut-" + (right + told)), clock);
        read(vault, what);
        SourceTree next = tree.copy().file("new", 9000, 5);
        try {
            SnapshotHead head = TestVault.capture(vault, next);
            expectRight(vault, head, next, what);
        } catch (Fault _) {
            told++;
        }
    }

    private void read(Vault vault, String what) throws InterruptedException {
        List<SnapshotHead> heads;
        try {
            heads = vault.snapshots();
        } catch (Fault _) {
            told++;
            return;
        }
        assertThat(List.of(first.id(), second.id())).as(what)
                .containsAll(heads.stream().map(SnapshotHead::id).toList());
        for (SnapshotHead head : heads) {
            SourceTree expected = head.id().equals(first.id()) ? tree : tree.copy().file("c", 1500, 4);
            expectRight(vault, head, expected, what);
        }
        if (heads.size() < 2) {
            assertThat(vault.catalog().refused().size() + vault.roll().read().present().size()).as(what).isPositive();
            told++;
        }
    }

    private void expectRight(Vault vault, SnapshotHead head, SourceTree expected, String what)
            throws InterruptedException {
        try {
            assertThat(SourceTree.read(vault.read(head))).as(what).isEqualTo(expected);
            right++;
        } catch (VaultFault | StoreException _) {
            told++;
        }
    }

    private byte[] bytes(Key key) {
        return Objects.requireNonNull(picture.get(key));
    }

    private static void replace(Store store, Key key, byte[] bytes) throws InterruptedException {
        store.delete(key);
        store.put(key, Content.of(bytes));
    }
}
