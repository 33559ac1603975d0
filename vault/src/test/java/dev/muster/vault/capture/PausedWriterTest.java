// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.Around;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.Abandon;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.work.CrashPoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What gc, check and an owner can do while a writer sleeps at any point: placed by hand, since they are not here. */
class PausedWriterTest {

    private static final int BLOCK = TestVault.SMALL.blockBytes();

    /** What happens while the writer is at a point. */
    @TempDir
    private Path state;

    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Map<String, Meanwhile> meanwhile = new HashMap<>();
    private final SourceTree tree = new SourceTree().file("a", 300 * BLOCK, 1).file("b", 50, 2);
    private Vault other;
    private Vault writer;
    private SnapshotHead first;

    @BeforeEach
    void capture() throws Exception {
        other = TestVault.create(store, state.resolve("other"), clock);
        first = TestVault.capture(other, tree);
        writer = TestVault.open(store, state.resolve("writer"), clock, point -> {
            Meanwhile what = meanwhile.remove(point.substring("capture.".length()));
            if (what != null) {
                Meanwhile.run(what);
            }
        });
    }

    @Test
    void whatIsCondemnedBeforeTheSecondLookIsNotCommittedButUploadedByTheNext() throws Exception {
        for (String point : List.of("after-refresh", "after-data", "after-tree", "before-propose", "after-propose")) {
            List<Key> condemned = new ArrayList<>();
            meanwhile.put(point, () -> condemned.add(condemn(keys(Kind.DATA))));
            assertThatThrownBy(() -> TestVault.capture(writer, tree)).as(point)
                    .isInstanceOfSatisfying(VaultFault.NotCommitted.class,
                            fault -> assertThat(fault.retryable()).isTrue());
            assertThat(writer.snapshots()).containsExactly(first);
            SnapshotHead again = TestVault.capture(writer, tree);
            assertThat(again.body().counts().newFrameBytes()).as(point).isGreaterThan(300L * BLOCK);
            assertReads(again);
            putBack(condemned, again);
        }
    }

    @Test
    void whatIsCondemnedAfterTheSecondLookIsSparedByGc() throws Exception {
        meanwhile.put("before-commit", () -> condemn(keys(Kind.DATA)));
        SnapshotHead second = TestVault.capture(writer, tree);
        assertThat(writer.snapshots()).containsExactly(second, first);
        List<Candidate> shown = new ArrayList<>();
        meanwhile.put("before-commit", () -> shown.addAll(candidates()));
        TestVault.capture(writer, tree);
        assertThat(shown).extracting(Candidate::step)
                .containsExactlyInAnyOrder(Candidate.Step.ANNOUNCED, Candidate.Step.PROPOSED);
        Candidate proposed =
                shown.stream().filter(each -> each.step() == Candidate.Step.PROPOSED).findFirst().orElseThrow();
        assertThat(proposed.roots()).containsExactly(writer.snapshots().getFirst().body().table());
    }

    @Test
    void aCondemnedMapPackIsNotAdoptedEither() throws Exception {
        meanwhile.put("after-propose", () -> condemn(keys(Kind.MAP)));
        assertThatThrownBy(() -> TestVault.capture(writer, tree)).isInstanceOf(VaultFault.NotCommitted.class);
        assertReads(TestVault.capture(writer, tree));
    }

    @Test
    void aPackThatWentBeforeTheSecondLookIsMissed() throws Exception {
        Key pack = keys(Kind.DATA).getFirst();
        meanwhile.put("after-propose", () -> store.delete(pack));
        assertThatThrownBy(() -> TestVault.capture(writer, tree)).isInstanceOf(VaultFault.NotCommitted.class)
                .hasMessageContaining("gone");
        assertThat(writer.snapshots()).containsExactly(first);
        SnapshotHead again = TestVault.capture(writer, tree);
        assertThat(again.body().counts().newFrameBytes()).as("what went is not adopted again").isPositive();
        assertReads(again);
    }

    @Test
    void whatIsFoundBadMeanwhileIsNotCommittedButUploadedByTheNext() throws Exception {
        ObjectKey.Pack pack = (ObjectKey.Pack) ObjectKeys.parse(keys(Kind.DATA).getFirst().value()).orElseThrow();
        meanwhile.put("after-data", () -> quarantine(new Quarantine.Place(pack.digest(), 48)));
        assertThatThrownBy(() -> TestVault.capture(writer, tree)).isInstanceOf(VaultFault.NotCommitted.class);
        SnapshotHead again = TestVault.capture(writer, tree);
        assertThat(again.body().counts().newFrameBytes()).isBetween(1L, BLOCK + 200L);
        assertReads(again);
        SnapshotHead third = TestVault.capture(writer, tree);
        assertThat(third.body().counts().newFrameBytes()).isZero();
    }

    @Test
    void aSessionThatIsBeingGivenUpCommitsUnderAnother() throws Exception {
        meanwhile.put("before-commit", () -> abandon(false));
        SnapshotHead second = TestVault.capture(writer, tree);
        SnapshotCatalog.View view = writer.catalog();
        assertThat(view.counting()).containsExactly(second, first);
        assertThat(view.undecided()).singleElement()
                .satisfies(head -> assertThat(head.body().table()).isEqualTo(second.body().table()));
        assertThat(view.undecided().getFirst().body().session()).isNotEqualTo(second.body().session());
        assertReads(second);
    }

    @Test
    void aSessionThatIsGivenUpBeforeItsSnapshotIsPutPutsNone() throws Exception {
        meanwhile.put("after-propose", () -> abandon(false));
        SnapshotHead second = TestVault.capture(writer, tree);
        assertThat(writer.catalog().counting()).containsExactly(second, first);
        assertThat(writer.catalog().undecided()).as("nobody has to decide anything").isEmpty();
        assertReads(second);
    }

    @Test
    void aSessionThatWasGivenUpWhileItsSnapshotWasPutCommitsUnderAnother() throws Exception {
        meanwhile.put("after-commit", () -> abandon(true));
        SnapshotHead second = TestVault.capture(writer, tree);
        SnapshotCatalog.View view = writer.catalog();
        assertThat(view.counting()).containsExactly(second, first);
        assertThat(view.dead()).hasSize(1);
        assertThat(view.roll().isPresent(second.id())).isTrue();
        assertThat(view.roll().isPresent(view.dead().getFirst().id())).isFalse();
    }

    @Test
    void aSessionWhoseCandidatesAreGoneCommitsUnderAnother() throws Exception {
        meanwhile.put("after-commit", () -> {
            for (BlobInfo blob : other.statements().list(Kind.CANDIDATE)) {
                store.delete(blob.key());
            }
        });
        AtomicInteger proposals = new AtomicInteger();
        meanwhile.put("before-roll", () -> candidates().forEach(each -> proposals.incrementAndGet()));
        SnapshotHead second = TestVault.capture(writer, tree);
        assertThat(proposals.get()).isEqualTo(2);
        assertThat(writer.snapshots()).contains(second, first);
        assertThat(writer.roll().read().isPresent(second.id())).isTrue();
    }

    @Test
    void aWriterThatIsGivenUpAgainAndAgainGivesUp() throws Exception {
        Vault doomed = TestVault.open(store, state.resolve("doomed"), clock, point -> {
            if (point.equals("capture.before-commit")) {
                Meanwhile.run(() -> abandon(true));
            }
        });
        assertThatThrownBy(() -> TestVault.capture(doomed, tree)).isInstanceOf(VaultFault.NotCommitted.class);
        assertThat(writer.snapshots()).containsExactly(first);
        assertThat(writer.catalog().dead()).hasSize(3);
    }

    @Test
    void junkAmongTheAbandonsGivesUpNobody() throws Exception {
        meanwhile.put("after-propose", () -> {
            Uid session = candidates().getFirst().session();
            byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
            store.put(Key.of(ObjectKeys.of(Kind.ABANDON, session, Digest.sha256(junk)).value()),
                    Content.of(junk));
        });
        SnapshotHead second = TestVault.capture(writer, tree);
        assertThat(writer.snapshots()).containsExactly(second, first);
        assertThat(writer.catalog().refused()).hasSize(1);
        assertThat(writer.catalog().undecided()).isEmpty();
    }

    @Test
    void aSnapshotWhoseWriterEndedBeforeTheRollIsPutThereByTheNext() throws Exception {
        meanwhile.put("after-commit", () -> {
            throw new IllegalStateException("the end");
        });
        assertThatThrownBy(() -> TestVault.capture(writer, tree)).isInstanceOf(IllegalStateException.class);
        SnapshotCatalog.View view = writer.catalog();
        assertThat(view.counting()).hasSize(2);
        assertThat(view.unjournaled()).hasSize(1);
        SnapshotHead third = TestVault.capture(other, tree);
        assertThat(other.catalog().unjournaled()).isEmpty();
        assertThat(other.roll().read().present()).hasSize(3).contains(third.id(), first.id());
    }

    @Test
    void blocksOfAnIndexObjectThatVanishesWhileItIsReadAreUploadedAgain() throws Exception {
        assertThat(captureWhileAnIndexVanishes(Kind.DATA).body().counts().newFrameBytes()).isGreaterThan(BLOCK);
    }

    @Test
    void mapNodesOfAnIndexObjectThatVanishesWhileItIsReadAreUploadedAgain() throws Exception {
        assertThat(captureWhileAnIndexVanishes(Kind.MAP).body().counts().newFrameBytes()).as("of data").isZero();
    }

    /** Captures what is there already, while an index object of the last capture goes between list and read. */
    private SnapshotHead captureWhileAnIndexVanishes(Kind packKind) throws Exception {
        List<Digest> before = indexObjects(packKind);
        SourceTree larger = tree.copy().file("c", 90 * BLOCK, 9);
        TestVault.capture(other, larger);
        List<Digest> ofTheLast = new ArrayList<>(indexObjects(packKind));
        ofTheLast.removeAll(before);
        Key gone = Key.of(ObjectKeys.of(Kind.INDEX, ofTheLast.getFirst()).value());
        int packsBefore = keys(packKind).size();
        boolean[] deleted = {false};
        Vault vault = TestVault.open(new Around(store) {
            @Override
            public void list(Prefix prefix, Each each) throws InterruptedException {
                super.list(prefix, each);
                if (prefix.value().equals("index/") && !deleted[0]) {
                    deleted[0] = true;
                    store.delete(gone);
                }
            }
        }, state.resolve("vanishing"), clock);
        SnapshotHead third = TestVault.capture(vault, larger);
        assertThat(deleted[0]).isTrue();
        assertThat(keys(packKind)).hasSizeGreaterThan(packsBefore);
        assertThat(SourceTree.read(vault.read(third))).isEqualTo(larger);
        return third;
    }

    /** The index objects of packs of this kind: their keys do not say it. */
    private List<Digest> indexObjects(Kind packKind) throws InterruptedException {
        return other.statements().survey(Kind.INDEX, statement -> {
            boolean isOfKind = statement.decode(IndexObject::decode).packKind() == packKind;
            return isOfKind ? Optional.of(statement.key().digest()) : Optional.<Digest>empty();
        }).said().stream().flatMap(Optional::stream).toList();
    }

    @Test
    void aSnapshotWhoseWalIsNotThereIsNotCommittedUntilItIs() throws Exception {
        WalNeed need = new WalNeed(new Uid(1, 2), 1, 0x100_0000, 0x100_0100);
        SnapshotDraft draft = new SnapshotDraft(SourceTree.TIME, List.of(need), Map.of());
        try (CaptureSession session = writer.capture(TestVault.request())) {
            tree.into(session);
            assertThatThrownBy(() -> session.commit(draft)).isInstanceOf(VaultFault.NotCommitted.class)
                    .hasMessageContaining("WAL");
            assertThat(writer.snapshots()).containsExactly(first);
            SnapshotHead second = session.commit(TestVault.draft());
            assertThat(writer.snapshots()).containsExactly(second, first);
        }
    }

    @Test
    void aLongCaptureSaysThatItLives() throws Exception {
        SessionCandidates candidates = SessionCandidates.announce(setting(), "db1", "a test");
        assertThat(candidates()).hasSize(1);
        clock.advance(SessionCandidates.REPEATED_AFTER.minus(Duration.ofMinutes(1)));
        candidates.repeatIfDue();
        assertThat(candidates()).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        candidates.repeatIfDue();
        candidates.repeatIfDue();
        assertThat(candidates()).hasSize(2).extracting(Candidate::session).containsOnly(candidates.session());
        assertThat(candidates.isAlive(Optional.empty())).isTrue();
        candidates.withdraw();
        assertThat(candidates()).isEmpty();
        assertThat(candidates.isAlive(Optional.empty())).isFalse();
    }

    @Test
    void aSlotThatIsRemovedMeanwhileCommitsNothing() throws Exception {
        for (String point : List.of("after-announce", "after-tree", "after-propose", "before-commit")) {
            Vault removed = TestVault.openAs(Role.CAPTURE, other, store, state.resolve(point), clock, reached -> {
                if (reached.equals("capture." + point)) {
                    Meanwhile.run(() -> removeSlot(Role.CAPTURE));
                }
            });
            assertThatThrownBy(() -> TestVault.capture(removed, tree)).as(point)
                    .isInstanceOf(VaultFault.WrongKey.class);
            assertThat(other.snapshots()).as(point).containsExactly(first);
            assertThat(keys(Kind.SNAPSHOT)).as(point).hasSize(point.equals("before-commit") ? 2 : 1);
        }
    }

    @Test
    void anEpochThatThisSlotWasNotGrantedEndsACapture() throws Exception {
        Vault capture = TestVault.openAs(Role.CAPTURE, other, store, state.resolve("capture"), clock, reached -> {
            if (reached.equals("capture.after-tree")) {
                Meanwhile.run(this::beginEpochWithoutGrants);
            }
        });
        assertThatThrownBy(() -> TestVault.capture(capture, tree)).isInstanceOf(VaultFault.NotGranted.class);
        assertThat(other.snapshots()).containsExactly(first);
    }

    @Test
    void whoMayOnlyReadAnnouncesNothing() throws Exception {
        Vault reader = TestVault.openAs(Role.RESTORE, other, store, state.resolve("reader"), clock);
        for (Candidate.Step step : Candidate.Step.values()) {
            Candidate said =
                    new Candidate(instance(), new Uid(7, step.name().length()), step, "db2", "a test", List.of(),
                            List.of(), new Uid(8, 8));
            reader.statements()
                    .put(Kind.CANDIDATE, digest -> ObjectKeys.of(Kind.CANDIDATE, said.session(), digest),
                            said.encode());
        }
        assertThat(candidates()).extracting(Candidate::step).containsExactly(Candidate.Step.READING);
        assertThat(other.statements().survey(Kind.CANDIDATE, Candidate::of).refused()).hasSize(2)
                .allSatisfy(refused -> assertThat(refused.why()).isInstanceOf(VaultFault.Untrusted.class));
    }

    @Test
    void aSnapshotIsHeldWhileItIsRead() throws Exception {
        try (ReadingSession reading = other.hold(first, "db2", "a mount")) {
            reading.keepAlive();
            assertThat(candidates()).singleElement().satisfies(candidate -> {
                assertThat(candidate.step()).isEqualTo(Candidate.Step.READING);
                assertThat(candidate.roots()).containsExactly(first.body().table());
            });
        }
        assertThat(candidates()).isEmpty();
        abandonSession(first.body().session(), true);
        assertThatThrownBy(() -> other.hold(first, "db2", "a mount")).isInstanceOf(VaultFault.Missing.class);
    }

    private void removeSlot(Role role) throws InterruptedException {
        for (SlotInfo slot : other.keys().slots()) {
            if (slot.role() == role && slot.retired().isEmpty()) {
                other.keys().remove(slot.digest());
            }
        }
    }

    private void beginEpochWithoutGrants() throws InterruptedException {
        List<Key> before = new ArrayList<>();
        store.list(Prefix.of("grant/"), blob -> before.add(blob.key()));
        other.keys().newEpoch(true);
        List<Key> grants = new ArrayList<>();
        store.list(Prefix.of("grant/"), blob -> grants.add(blob.key()));
        grants.removeAll(before);
        for (Key grant : grants) {
            store.delete(grant);
        }
    }

    private CaptureSetting setting() {
        CaptureSetting.Machine machine = new CaptureSetting.Machine(clock, new SecureRandom(),
                state.resolve("setting"), 1, CrashPoints.none());
        return new CaptureSetting(store, other.keys().chain(), other.keys().charter(), other.statements(),
                new SnapshotCatalog(other.statements(), other.keys().charter().instance(), other.roll()), other.roll(),
                other.anchor(), (_, _) -> Optional.empty(), other::refresh, machine);
    }

    private void assertReads(SnapshotHead head) throws InterruptedException {
        assertThat(SourceTree.read(other.read(head))).isEqualTo(tree);
    }

    private List<Key> keys(Kind kind) throws InterruptedException {
        List<Key> keys = new ArrayList<>();
        store.list(Prefix.of(kind.prefix() + "/"), blob -> keys.add(blob.key()));
        return keys;
    }

    private Key condemn(List<Key> keys) throws InterruptedException {
        Condemned body = new Condemned(instance(), new Uid(4, keys.size()), keys.stream().map(Key::value).toList());
        return Key.of(other.statements()
                .put(Kind.CONDEMNED, digest -> ObjectKeys.of(Kind.CONDEMNED, body.session(), digest), body.encode())
                .value());
    }

    /** Makes everything as it was before the test condemned something. */
    private void putBack(List<Key> condemned, SnapshotHead made) throws InterruptedException {
        for (Key key : condemned) {
            store.delete(key);
        }
        store.delete(Key.of(ObjectKeys.of(Kind.SNAPSHOT, made.body().session(), made.id()).value()));
    }

    private void quarantine(Quarantine.Place place) throws InterruptedException {
        Quarantine body = new Quarantine(Instant.EPOCH, "a test", List.of(place));
        other.statements().put(Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), body.encode());
    }

    /** Gives up every session that shows itself. */
    private void abandon(boolean done) throws InterruptedException {
        for (Candidate candidate : candidates()) {
            abandonSession(candidate.session(), done);
        }
    }

    private void abandonSession(Uid session, boolean done) throws InterruptedException {
        Abandon body = new Abandon(instance(), session, done, "a test");
        other.statements().put(Kind.ABANDON, digest -> ObjectKeys.of(Kind.ABANDON, session, digest), body.encode());
    }

    private List<Candidate> candidates() throws InterruptedException {
        return other.statements().survey(Kind.CANDIDATE, Candidate::of).said();
    }

    private Uid instance() {
        return other.keys().charter().instance();
    }
}
