// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.work.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** A repository in memory with a clock of its own, in which garbage is made and collected. */
final class Yard {

    static final int BLOCK = TestVault.SMALL.blockBytes();
    /** Longer than the usual grace. */
    static final Duration GRACE_OVER = Duration.ofHours(25);
    /** Longer than two stamps have to be apart. */
    static final Duration A_WHILE = Duration.ofMinutes(10);

    final TestClock clock;
    final MemoryStore store;
    final Vault owner;
    private final Path state;

    Yard(Path state) throws InterruptedException {
        this.state = state;
        this.clock = new TestClock();
        this.store = new MemoryStore(clock);
        this.owner = TestVault.create(store, state.resolve("owner"), clock);
    }

    Yard(Path state, TestClock clock, MemoryStore store) throws InterruptedException {
        this.state = state;
        this.clock = clock;
        this.store = store;
        this.owner = TestVault.open(store, state.resolve("owner"), clock);
    }

    /** Captures, some time after whatever was before. */
    SnapshotHead capture(SourceTree tree) throws InterruptedException {
        clock.advance(A_WHILE);
        SnapshotHead head = TestVault.capture(owner, tree);
        clock.advance(A_WHILE);
        return head;
    }

    /** Another host with an owner's key. */
    Vault host(String name, CrashPoints points) throws InterruptedException {
        return TestVault.open(store, state.resolve(name), clock, points);
    }

    Vault reaper() throws InterruptedException {
        return TestVault.openAs(Role.REAP, owner, store, state.resolve("reaper"), clock);
    }

    void remove(SnapshotHead head) throws InterruptedException {
        owner.roll().append("a test", List.of(new RollEvent.Removed(head.id())));
    }

    CollectReport gc() throws InterruptedException {
        return gc(owner);
    }

    static CollectReport gc(Vault vault) throws InterruptedException {
        return gc(vault, limits());
    }

    static CollectReport gc(Vault vault, CollectLimits limits) throws InterruptedException {
        return vault.collect("a test", limits, (_, _, _) -> {
        }).apply(_ -> {
        });
    }

    /** A run through another store, as a host of its own. */
    CollectReport gc(Store through, String name) throws InterruptedException {
        return gc(TestVault.open(through, state.resolve(name), clock));
    }

    CollectPlan plan() throws InterruptedException {
        return owner.collect("a test", limits(), (_, _, _) -> {
        }).plan();
    }

    /** The usual ones, and most of the snapshots may go. */
    static CollectLimits limits() {
        CollectLimits usual = CollectLimits.usual();
        return new CollectLimits(usual.grace(), usual.givenUpAfter(), usual.deletionsMax(), true);
    }

    /** Both halves. */
    CollectReport collect() throws InterruptedException {
        gc();
        clock.advance(GRACE_OVER);
        return gc();
    }

    List<Key> keys(Kind kind) throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), (BlobInfo blob) -> keys.add(blob.key()));
        return keys;
    }

    List<Key> packs() throws InterruptedException {
        List<Key> packs = keys(Kind.DATA);
        packs.addAll(keys(Kind.MAP));
        return packs;
    }

    /** The packs that index objects name. */
    Set<Key> named() throws InterruptedException {
        Set<Key> named = new HashSet<>();
        owner.statements()
                .survey(Kind.INDEX, statement -> statement.decode(IndexObject::decode))
                .said()
                .forEach(index -> index.packs()
                        .stream()
                        .map(IndexedPack::digest)
                        .forEach(pack -> named.add(key(index.packKind(), pack))));
        return named;
    }

    static Key key(Kind kind, Digest pack) {
        return Key.of(ObjectKeys.of(kind, pack).value());
    }

    SourceTree read(SnapshotHead head) throws InterruptedException {
        return SourceTree.read(owner.read(head));
    }

    /** Checks everything that is there. */
    void assertSound(String what) throws Exception {
        assertSound(what, 0);
    }

    /** The same, but for notices of snapshots that are undecided. */
    void assertSoundBut(int undecided) throws Exception {
        assertSound("but for what is undecided", undecided);
    }

    private void assertSound(String what, int notices) throws Exception {
        Path scratch = Files.createTempDirectory(state, "check");
        CheckReport report = owner.check(scratch, (_, _, _) -> {
        }).check(Depth.CONTENT, Optional.empty());
        assertThat(report.findings()).as(what).hasSize(notices);
        assertThat(report.isSound()).as(what).isTrue();
        assertThat(packs()).as(what + ": every pack that is named is there").containsAll(named());
    }
}
