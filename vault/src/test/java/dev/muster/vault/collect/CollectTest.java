// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.Content;
import dev.muster.store.FaultyStore;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.work.CrashPoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What garbage is, when it goes, and what keeps it. */
class CollectTest {

    private static final int BLOCK = Yard.BLOCK;

    @TempDir
    private Path state;

    private final SourceTree small = new SourceTree().file("a", 90 * BLOCK, 1).file("d/b", 5000, 2);
    private final SourceTree other = new SourceTree().file("a", 80 * BLOCK, 3).file("c", 70, 4);
    private Yard yard;

    @BeforeEach
    void make() throws Exception {
        yard = new Yard(state);
    }

    @Test
    void whatASnapshotNeedsStays() throws Exception {
        SnapshotHead first = yard.capture(small);
        SnapshotHead second = yard.capture(other);
        List<Key> before = yard.packs();
        CollectReport report = yard.collect();
        assertThat(report.plan().deletes()).extracting(CollectPlan.Row::kind).isEmpty();
        assertThat(yard.packs()).isEqualTo(before);
        assertThat(yard.owner.snapshots()).containsExactly(second, first);
        yard.assertSound("after gc");
    }

    @Test
    void whatOnlyARemovedSnapshotNeededGoesWhenItsGraceHasPassed() throws Exception {
        SnapshotHead first = yard.capture(small);
        SnapshotHead second = yard.capture(other);
        List<Key> before = yard.packs();
        yard.remove(first);
        CollectPlan plan = yard.plan();
        assertThat(plan.condemnsInAll().bytes()).isGreaterThan(90L * BLOCK);
        assertThat(yard.keys(Kind.CONDEMNED)).as("a plan changes nothing").isEmpty();
        yard.gc();
        assertThat(yard.keys(Kind.CONDEMNED)).as("a list and its roster").hasSize(2);
        yard.clock.advance(Duration.ofHours(23));
        CollectReport early = yard.gc();
        assertThat(early.deleted()).isEqualTo(Amount.NOTHING);
        assertThat(early.plan().waits()).singleElement().satisfies(wait -> {
            assertThat(wait.amount()).isEqualTo(plan.condemnsInAll());
            assertThat(wait.until().orElseThrow()).isAfter(early.plan().at());
        });
        assertThat(yard.packs()).isEqualTo(before);
        yard.clock.advance(Duration.ofHours(2));
        CollectReport report = yard.gc();
        assertThat(report.deleted()).isEqualTo(plan.condemnsInAll());
        assertThat(yard.packs()).hasSizeLessThan(before.size()).hasSameElementsAs(yard.named());
        assertThat(yard.keys(Kind.SNAPSHOT)).hasSize(1);
        assertThat(yard.keys(Kind.CONDEMNED)).isEmpty();
        assertThat(yard.read(second)).isEqualTo(other);
        yard.assertSound("after gc");
        assertThat(yard.read(yard.capture(small))).as("what went is uploaded again").isEqualTo(small);
        assertThat(yard.collect().deleted()).isEqualTo(Amount.NOTHING);
    }

    @Test
    void whatSnapshotsShareStaysWithTheLastOfThem() throws Exception {
        SnapshotHead first = yard.capture(small);
        SourceTree grown = small.copy().file("more", 40 * BLOCK, 9);
        SnapshotHead second = yard.capture(grown);
        yard.remove(first);
        yard.collect();
        assertThat(yard.read(second)).isEqualTo(grown);
        yard.assertSound("one of two");
        yard.remove(second);
        yard.collect();
        assertThat(yard.packs()).isEmpty();
        assertThat(yard.keys(Kind.INDEX)).isEmpty();
        assertThat(yard.keys(Kind.SNAPSHOT)).isEmpty();
        yard.assertSound("empty");
    }

    @Test
    void aReapKeyIsEnoughAndACaptureKeyIsNot() throws Exception {
        SnapshotHead first = yard.capture(small);
        yard.capture(other);
        yard.remove(first);
        for (Role role : List.of(Role.CAPTURE, Role.RESTORE)) {
            Vault vault = TestVault.openAs(role, yard.owner, yard.store, state.resolve(role.toString()), yard.clock);
            assertThatThrownBy(() -> vault.collect("h", Yard.limits(), (_, _, _) -> {
            }).plan()).isInstanceOf(VaultFault.NotGranted.class).hasMessageContaining("collect garbage");
        }
        Vault reaper = yard.reaper();
        Yard.gc(reaper);
        yard.clock.advance(Yard.GRACE_OVER);
        assertThat(Yard.gc(reaper).deleted().bytes()).isGreaterThan(90L * BLOCK);
        yard.assertSound("by a reap");
    }

    @Test
    void packsOfASessionThatMayStillCommitWaitUntilItIsGivenUp() throws Exception {
        yard.capture(other);
        Vault broken = yard.host("broken", point -> {
            if (point.equals("capture.after-tree")) {
                throw new IllegalStateException("the end");
            }
        });
        assertThatThrownBy(() -> TestVault.capture(broken, small)).isInstanceOf(IllegalStateException.class);
        int there = yard.packs().size();
        CollectReport waits = yard.collect();
        assertThat(waits.plan().young().bytes()).isGreaterThan(90L * BLOCK);
        assertThat(waits.plan().sessions()).singleElement().satisfies(session -> {
            assertThat(session.fate()).isEqualTo(Session.Fate.OPEN);
            assertThat(session.writes()).isTrue();
        });
        assertThat(yard.packs()).hasSize(there);
        yard.clock.advance(Duration.ofDays(7));
        assertThat(yard.plan().givesUp()).hasSize(1);
        CollectReport gone = yard.collect();
        assertThat(gone.deleted().bytes()).isGreaterThan(90L * BLOCK);
        assertThat(yard.keys(Kind.CANDIDATE)).isEmpty();
        assertThat(yard.packs()).hasSizeLessThan(there);
        yard.assertSound("after a session was given up");
    }

    @Test
    void anInterruptedCaptureIsStillAdoptedByTheNext() throws Exception {
        yard.capture(other);
        Vault broken = yard.host("broken", point -> {
            if (point.equals("capture.after-tree")) {
                throw new IllegalStateException("the end");
            }
        });
        assertThatThrownBy(() -> TestVault.capture(broken, small)).isInstanceOf(IllegalStateException.class);
        yard.collect();
        SnapshotHead next = yard.capture(small);
        assertThat(next.body().counts().newFrameBytes()).isZero();
        yard.collect();
        yard.assertSound("after the next");
    }

    @Test
    void whatIsReadStaysWhenItsSnapshotIsRemoved() throws Exception {
        SnapshotHead first = yard.capture(small);
        yard.capture(other);
        try (ReadingSession reading = yard.owner.hold(first, "db2", "a mount")) {
            yard.remove(first);
            for (int day = 0; day < 10; day++) {
                yard.clock.advance(Duration.ofHours(13));
                reading.keepAlive();
                yard.clock.advance(Duration.ofHours(13));
                yard.gc();
            }
            assertThat(yard.keys(Kind.SNAPSHOT)).as("the snapshot itself is not read any more").hasSize(1);
            assertThat(SourceTree.read(yard.owner.read(first))).isEqualTo(small);
        }
        yard.collect();
        assertThatThrownBy(() -> SourceTree.read(yard.owner.read(first))).isInstanceOf(VaultFault.Missing.class);
        yard.assertSound("after it was read");
    }

    @Test
    void aReaderThatLivesForMonthsKeepsNobodyElsesGarbage() throws Exception {
        SnapshotHead first = yard.capture(small);
        SnapshotHead second = yard.capture(other);
        try (ReadingSession reading = yard.owner.hold(second, "db2", "a mount")) {
            yard.remove(first);
            yard.gc();
            yard.clock.advance(Yard.GRACE_OVER);
            reading.keepAlive();
            assertThat(yard.gc().deleted().bytes()).isGreaterThan(90L * BLOCK);
        }
    }

    @Test
    void whatCannotBeReadStopsIt() throws Exception {
        yard.remove(yard.capture(small));
        yard.capture(other);
        yard.gc();
        yard.clock.advance(Yard.GRACE_OVER);
        byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.sha256(junk);
        List<String> keys = new ArrayList<>();
        for (Kind kind : List.of(Kind.SNAPSHOT, Kind.CANDIDATE, Kind.ABANDON, Kind.CONDEMNED)) {
            keys.add(ObjectKeys.of(kind, yard.owner.repository(), digest).value());
        }
        keys.add(ObjectKeys.of(Kind.ROLL, digest).value());
        keys.add(ObjectKeys.lineage(yard.owner.repository(), digest).value());
        keys.add(ObjectKeys.forward(digest, digest).value());
        keys.addAll(List.of("plan/" + digest.hex(), "notes.txt", "replica/x", "data/00/short"));
        int packs = yard.packs().size();
        for (String key : keys) {
            yard.store.put(Key.of(key), Content.of(junk));
            assertThatThrownBy(() -> yard.gc()).as(key).isInstanceOfSatisfying(VaultFault.Uncollectable.class,
                    fault -> assertThat(fault.subject()).isEqualTo(key));
            yard.store.delete(Key.of(key));
        }
        assertThat(yard.packs()).hasSize(packs);
        assertThat(yard.gc().deleted().objects()).isPositive();
    }

    @Test
    void aNodeThatALiveTreeNeedsAndThatIsGoneStopsIt() throws Exception {
        yard.remove(yard.capture(small));
        SnapshotHead live = yard.capture(other);
        yard.gc();
        yard.clock.advance(Yard.GRACE_OVER);
        yard.store.delete(Yard.key(Kind.MAP, live.body().table().ref().pack()));
        int packs = yard.packs().size();
        assertThatThrownBy(() -> yard.gc()).isInstanceOf(VaultFault.Uncollectable.class)
                .hasMessageContaining(live.toString());
        assertThat(yard.packs()).hasSize(packs);
    }

    @Test
    void aSnapshotThatIsGoneAndWasNeverRemovedStopsIt() throws Exception {
        SnapshotHead first = yard.capture(small);
        yard.capture(other);
        yard.store.delete(
                Key.of(ObjectKeys.of(Kind.SNAPSHOT, first.body().session(), first.id()).value()));
        assertThatThrownBy(() -> yard.gc()).isInstanceOf(VaultFault.Uncollectable.class)
                .hasMessageContaining("is not there");
    }

    @Test
    void aClockThatIsADayOffDeletesNothing() throws Exception {
        yard.remove(yard.capture(small));
        yard.gc();
        TestClock wrong = new TestClock();
        wrong.advance(Duration.ofDays(2));
        Vault vault = TestVault.open(yard.store, state.resolve("wrong"), wrong);
        assertThatThrownBy(() -> Yard.gc(vault)).isInstanceOf(VaultFault.Refused.class)
                .hasMessageContaining("hours apart");
    }

    @Test
    void oneRunDeletesNoMoreThanItMay() throws Exception {
        for (int at = 0; at < 4; at++) {
            yard.remove(yard.capture(new SourceTree().file("a", 20 * BLOCK, 10 + at)));
        }
        yard.capture(other);
        CollectLimits few = new CollectLimits(Duration.ofDays(1), Duration.ofDays(7), 3, true);
        int runs = 0;
        int before = yard.packs().size();
        CollectReport report;
        do {
            report = Yard.gc(yard.owner, few);
            assertThat(report.deleted().objects()).isLessThanOrEqualTo(3);
            assertThat(report.condemned().objects()).isLessThanOrEqualTo(3);
            yard.clock.advance(Yard.GRACE_OVER);
            runs++;
        } while (report.plan().capped() || report.condemned().objects() > 0 || !report.plan().waits().isEmpty());
        assertThat(runs).isGreaterThan(3);
        assertThat(yard.packs()).hasSizeLessThan(before);
        assertThat(yard.keys(Kind.CONDEMNED)).isEmpty();
        yard.assertSound("in small steps");
    }

    @Test
    void quarantineOfPacksThatAreGoneGoesToo() throws Exception {
        SnapshotHead first = yard.capture(small);
        SnapshotHead second = yard.capture(other);
        ObjectKey.Pack pack = (ObjectKey.Pack) ObjectKeys.parse(yard.keys(Kind.DATA).getFirst().value()).orElseThrow();
        quarantine(pack.digest());
        yard.collect();
        assertThat(yard.keys(Kind.QUARANTINE)).as("its pack is there").hasSize(1);
        yard.remove(first);
        yard.remove(second);
        yard.capture(small.copy().file("z", 50, 50));
        yard.collect();
        assertThat(yard.keys(Kind.QUARANTINE)).isEmpty();
        yard.assertSound("without quarantine");
    }

    @Test
    void aPackThatWasLostIsNotNamedAnyMoreOnceItIsInQuarantine() throws Exception {
        SnapshotHead first = yard.capture(small);
        List<Key> before = yard.keys(Kind.DATA);
        yard.capture(other);
        yard.remove(first);
        Key lost = before.getFirst();
        yard.store.delete(lost);
        quarantine(ObjectKeys.parse(lost.value()).orElseThrow().digest());
        yard.collect();
        assertThat(yard.keys(Kind.QUARANTINE)).isEmpty();
        assertThat(yard.named()).doesNotContain(lost);
    }

    @Test
    void aRunThatEndedBeforeItTidiedTheIndexIsNoDamage() throws Exception {
        SnapshotHead first = yard.capture(small);
        yard.capture(other);
        yard.remove(first);
        yard.gc();
        yard.clock.advance(Yard.GRACE_OVER);
        FaultyStore store = new FaultyStore(yard.store,
                call -> call.verb() == MeteredStore.Verb.DELETE && call.subject().startsWith("index/")
                        ? Optional.of(FaultyStore.Fault.CRASH_BEFORE)
                        : Optional.empty());
        assertThatThrownBy(() -> yard.gc(store, "ended")).isInstanceOf(FaultyStore.Crashed.class);
        assertThat(yard.packs()).hasSizeLessThan(yard.named().size());
        CheckReport report = yard.owner.check(Files.createDirectory(state.resolve("check")), (_, _, _) -> {
        }).check(Depth.CONTENT, Optional.empty());
        assertThat(report.isSound()).as("%s", report.findings()).isTrue();
    }

    private void quarantine(Digest pack) throws InterruptedException {
        Quarantine body = new Quarantine(SourceTree.TIME, "a test", List.of(new Quarantine.Place(pack, 0)));
        yard.owner.statements().put(Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), body.encode());
    }

    @Test
    void manySmallIndexObjectsBecomeFew() throws Exception {
        SourceTree tree = new SourceTree();
        for (int at = 0; at < 20; at++) {
            tree.file("f" + at, 3 * BLOCK, at);
            yard.capture(tree);
        }
        int before = yard.keys(Kind.INDEX).size();
        HashSet<Key> named = new HashSet<>(yard.named());
        CollectReport report = yard.gc();
        assertThat(report.indexFewer()).isEqualTo(before - 2);
        assertThat(yard.keys(Kind.INDEX)).hasSize(2);
        assertThat(yard.named()).isEqualTo(named);
        SnapshotHead next = yard.capture(tree);
        assertThat(next.body().counts().newFrameBytes()).isZero();
        yard.assertSound("with few index objects");
    }

    @Test
    void aListOfARunThatEndedBeforeItsRosterGetsOneFromTheNext() throws Exception {
        yard.remove(yard.capture(small));
        yard.capture(other);
        yard.gc();
        Key roster = yard.keys(Kind.CONDEMNED)
                .stream()
                .min((one, another) -> Long.compare(length(one), length(another)))
                .orElseThrow();
        yard.store.delete(roster);
        yard.clock.advance(Yard.GRACE_OVER);
        assertThat(yard.gc().deleted()).isEqualTo(Amount.NOTHING);
        yard.clock.advance(Yard.GRACE_OVER);
        assertThat(yard.gc().deleted().objects()).isPositive();
        assertThat(yard.keys(Kind.CONDEMNED)).isEmpty();
    }

    /** Else a run that resolved to delete it, and slept since, would delete what a writer has adopted meanwhile. */
    @Test
    void aListStaysAsLongAsOneOfItsKeysExistsAndNobodyAdoptsFromIt() throws Exception {
        SnapshotHead first = yard.capture(small);
        List<Key> spared = yard.packs();
        SnapshotHead second = yard.capture(other);
        List<Key> both = yard.packs();
        condemnAll(both);
        yard.remove(second);
        yard.clock.advance(Yard.GRACE_OVER);
        CollectReport report = yard.gc();
        assertThat(report.deleted().objects()).isEqualTo(both.size() - spared.size());
        assertThat(yard.packs()).hasSameElementsAs(spared);
        assertThat(yard.keys(Kind.CONDEMNED)).as("the list, its roster, and those of the removed snapshot").hasSize(4);
        SnapshotHead third = yard.capture(small);
        assertThat(third.body().counts().newFrameBytes()).as("not adopted").isGreaterThan(90L * BLOCK);
        yard.remove(first);
        yard.collect();
        assertThat(yard.packs()).doesNotContainAnyElementsOf(spared);
        assertThat(yard.keys(Kind.CONDEMNED)).isEmpty();
        assertThat(yard.read(third)).isEqualTo(small);
        yard.assertSound("after what was spared has gone");
    }

    private void condemnAll(List<Key> keys) throws InterruptedException {
        Uid instance = yard.owner.keys().charter().instance();
        Uid session = new Uid(5, 5);
        Digest list = put(new Condemned(instance, session, keys.stream().map(Key::value).toList()));
        put(new Condemned(instance, session, List.of(), List.of(list), List.of()));
    }

    private Digest put(Condemned body) throws InterruptedException {
        return yard.owner.statements()
                .put(Kind.CONDEMNED, digest -> ObjectKeys.of(Kind.CONDEMNED, body.session(), digest), body.encode())
                .digest();
    }

    private long length(Key key) {
        try {
            return yard.store.stat(key).orElseThrow().length();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSnapshotOfASessionThatWasGivenUpGoesAndTheRollSaysSo() throws Exception {
        SnapshotHead first = yard.capture(small);
        Vault writer = yard.host("writer", new CrashPoints() {
            private boolean done;

            @Override
            public void reached(String point) {
                if (point.equals("capture.before-commit") && !done) {
                    done = true;
                    yard.clock.advance(Duration.ofDays(8));
                    run(yard::gc);
                }
            }
        });
        assertThatThrownBy(() -> TestVault.capture(writer, other)).isInstanceOf(VaultFault.NotCommitted.class);
        SnapshotHead dead = writer.catalog().dead().getFirst();
        SnapshotHead second = TestVault.capture(writer, other);
        assertThat(yard.owner.snapshots()).containsExactly(second, first);
        yard.clock.advance(Duration.ofDays(8));
        yard.collect();
        yard.collect();
        assertThat(yard.keys(Kind.SNAPSHOT)).hasSize(2);
        assertThat(yard.owner.roll().read().isRemoved(dead.id())).isTrue();
        assertThat(yard.read(second)).isEqualTo(other);
        yard.assertSound("after a session was given up");
    }

    private static void run(Callable<?> what) {
        try {
            what.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
