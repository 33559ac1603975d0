// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.BlobInfo;
import dev.muster.store.FaultyStore;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckShare.Rolled;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.Proven;
import dev.muster.vault.proof.StoredProof;
import dev.muster.vault.proof.Stretch;
import dev.muster.vault.seal.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckShareTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final long SEED = 11;

    @TempDir
    private Path state;

    @TempDir
    private Path scratch;

    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Tampering tampering = new Tampering(store);
    private Vault vault;

    @BeforeEach
    void aRepositoryOfSeveralPacks() throws Exception {
        vault = TestVault.create(store, state, clock);
        TestVault.capture(vault, new SourceTree().file("base/1", 5_000_000, 1));
        clock.advance(DAY);
    }

    private Rolled check(Share share) throws Exception {
        Rolled rolled = new CheckShare(vault.check(scratch, (_, _, _) -> {}), vault.proofs())
                .check(share, store.now(), vault.anchor().read());
        CheckShare.remember(vault.proofs(), rolled,
                new Proof.Origin(Uid.NONE, clock.instant(), clock.instant(), "db1", "tester"));
        clock.advance(DAY);
        return rolled;
    }

    private static Share of(double share) {
        return new Share(share, Optional.empty());
    }

    @Test
    void turnsGoThroughEverythingAndSayHowMuchIsProven() throws Exception {
        int turns = 0;
        long before = 0;
        Rolled rolled;
        do {
            rolled = check(of(0.3));
            turns++;
            assertThat(rolled.report().isSound()).isTrue();
            assertThat(rolled.proven().bytes()).as("turn " + turns).isGreaterThan(before);
            assertThat(rolled.read().bytes()).isLessThan(rolled.there().bytes());
            before = rolled.proven().bytes();
        } while (rolled.proven().bytes() < rolled.there().bytes());
        assertThat(turns).isBetween(3, 4);
        Instant oldest = rolled.oldest().orElseThrow();
        Rolled next = check(of(0.3));
        assertThat(next.proven().bytes()).isEqualTo(next.there().bytes());
        assertThat(next.oldest().orElseThrow()).as("what was proven longest ago comes first").isAfter(oldest);
    }

    @Test
    void whatIsProvenIsNotReadAgainUntilItIsDue() throws Exception {
        assertThat(check(Share.ALL).proven()).isEqualTo(check(of(0.01)).there());
        Share month = new Share(1, Optional.of(Duration.ofDays(30)));
        assertThat(check(month).read()).isEqualTo(Examined.Amount.NONE);
        TestVault.capture(vault, new SourceTree().file("base/2", 300_000, 2));
        clock.advance(DAY);
        Rolled fresh = check(month);
        assertThat(fresh.read().objects()).as("what is new is not proven").isBetween(1L, 4L);
        assertThat(fresh.proven()).isEqualTo(fresh.there());
        clock.advance(Duration.ofDays(40));
        assertThat(check(month).read().bytes()).isEqualTo(fresh.there().bytes());
        clock.advance(CheckShare.PROOF_COUNTS);
        assertThat(check(of(0.01)).proven().bytes()).as("proofs expire").isLessThan(fresh.there().bytes() / 2);
    }

    @Test
    void damageIsFoundInItsTurnAndNothingDamagedIsEverProven() throws Exception {
        List<Key> packs = packs();
        for (Key pack : packs) {
            tampering.flip(pack, 8 * 400);
        }
        clock.advance(DAY);
        Rolled rolled = check(of(0.3));
        assertThat(rolled.report().isSound()).isFalse();
        assertThat(rolled.proven().objects()).isLessThanOrEqualTo(rolled.there().objects() - packs.size());
        List<StoredProof> proofs = vault.proofs().read().said();
        assertThat(proofs).filteredOn(stored -> !stored.proof().result().held()).singleElement()
                .satisfies(stored -> assertThat(stored.proof().result().failures()).isNotEmpty());
        assertThat(check(of(1)).proven().objects()).isEqualTo(rolled.there().objects() - packs.size());
    }

    @Test
    void aPackInQuarantineIsNotProvenWhateverAnOlderProofSays() throws Exception {
        check(Share.ALL);
        Key pack = packs().getFirst();
        Digest digest = ObjectKeys.parse(pack.value()).orElseThrow().digest();
        var found = new Quarantine(clock.instant(), "test",
                List.of(new Quarantine.Place(digest, 0)));
        vault.statements().put(Kind.QUARANTINE, name -> ObjectKeys.of(Kind.QUARANTINE, name), found.encode());
        assertThat(check(new Share(1, Optional.of(Duration.ofDays(30)))).read().objects()).isEqualTo(1);
    }

    @Test
    void whoCannotOpenProvesNothing() throws Exception {
        try (Vault capture = TestVault.openAs(Role.CAPTURE, vault, store, state, clock)) {
            assertThatThrownBy(() -> new CheckShare(capture.check(scratch, (_, _, _) -> {}),
                    capture.proofs()).check(Share.ALL, store.now(), Optional.empty()))
                    .isInstanceOf(VaultFault.NotGranted.class);
            assertThatThrownBy(() -> capture.proofs().put(proof(List.of(Stretch.WHOLE), clock.instant())))
                    .isInstanceOf(VaultFault.NotGranted.class);
        }
    }

    @Test
    void aProofCoversNothingThatWasStoredAfterItsListing() throws Exception {
        Instant listed = clock.instant();
        BlobInfo pack = store.stat(packs().getFirst()).orElseThrow();
        Digest digest = ObjectKeys.parse(pack.key().value()).orElseThrow().digest();
        assertThat(since(pack, digest, listed, listed.plusSeconds(1))).contains(listed);
        assertThat(since(pack, digest, pack.storeTime(), listed)).isEmpty();
        assertThat(since(pack, digest, listed.plusSeconds(9), listed)).as("listed after it was stored").isEmpty();
    }

    private Optional<Instant> since(BlobInfo pack, Digest digest, Instant listed, Instant stamped) {
        StoredProof stored = new StoredProof(Digest.NONE, stamped, Digest.NONE, proof(List.of(Stretch.WHOLE), listed));
        return new Proven(List.of(stored), clock.instant()).since(pack, digest);
    }

    private Proof proof(List<Stretch> stretches, Instant listed) {
        return new Proof(vault.keys().charter().instance(),
                new Proof.Origin(Uid.NONE, listed, listed, "db1", "tester"), Proof.Subject.EVERYTHING,
                new Proof.Result(Level.BYTES, true, List.of(), List.of(), listed.plus(CheckShare.PROOF_COUNTS)),
                new Examined(Examined.Amount.NONE, Examined.Amount.NONE, listed, stretches), Proof.Recovery.NONE);
    }

    /** What is chosen of 330,000 packs is remembered in less than 300 kB, and exactly. */
    @Test
    void stretchesHoldWhatWasReadAndNothingElse() {
        long seed = 7;
        Random random = new Random(seed);
        List<BlobInfo> listed = new ArrayList<>();
        for (int at = 0; at < 330_000; at++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            listed.add(new BlobInfo(Key.of(ObjectKeys.of(Kind.DATA, Digest.of(bytes)).value()), 32 << 20,
                    Instant.EPOCH, Optional.empty()));
        }
        Bulk bulk = Bulk.of(listed, new Proven(List.of(), Instant.EPOCH), Set.of(), Instant.EPOCH.plusSeconds(1));
        Set<Digest> scattered = new HashSet<>();
        bulk.objects().stream().filter(_ -> random.nextInt(20) == 0).forEach(one -> scattered.add(one.digest()));
        for (Set<Digest> chosen : List.of(scattered, bulk.choose(of(0.05)))) {
            List<Stretch> stretches = bulk.stretches(chosen);
            Instant now = Instant.EPOCH.plusSeconds(1);
            Proof proof = proof(stretches, now);
            assertThat(proof.encode().length).as("seed " + seed).isLessThan(300_000);
            Proven proven = new Proven(List.of(new StoredProof(Digest.NONE, now, Digest.NONE, proof)), now);
            for (BlobInfo blob : listed) {
                Digest digest = ObjectKeys.parse(blob.key().value()).orElseThrow().digest();
                if (proven.since(blob, digest).isPresent() != chosen.contains(digest)) {
                    assertThat(digest).as("seed " + seed).isNull();
                }
            }
        }
        assertThat(bulk.stretches(bulk.choose(of(0.05)))).as("what lies side by side is one stretch").hasSize(1);
        assertThat(bulk.stretches(bulk.choose(Share.ALL))).containsExactly(Stretch.WHOLE);
    }

    /** Packs of all sizes in a list, and proofs of them, without a store. */
    private static final class Turns {

        private final Random random = new Random(SEED);
        private final List<BlobInfo> listed = new ArrayList<>();
        private final List<StoredProof> proofs = new ArrayList<>();
        private final Set<Digest> bad = new HashSet<>();
        private Instant now = Instant.EPOCH.plus(DAY);

        void add(int packs) {
            for (int at = 0; at < packs; at++) {
                byte[] bytes = new byte[32];
                random.nextBytes(bytes);
                listed.add(new BlobInfo(Key.of(ObjectKeys.of(Kind.DATA, Digest.of(bytes)).value()),
                        1 + random.nextInt(1 << 20), now, Optional.empty()));
            }
            now = now.plus(DAY);
        }

        Set<Digest> turn(double share, CheckShareTest test) {
            Bulk bulk = Bulk.of(listed, new Proven(proofs, now), Set.of(), now);
            Set<Digest> chosen = bulk.choose(of(share));
            Set<Digest> sound = new HashSet<>(chosen);
            sound.removeAll(bad);
            Set<Digest> unsound = new HashSet<>(chosen);
            unsound.retainAll(bad);
            for (Set<Digest> some : List.of(sound, unsound)) {
                Proof proof = test.proof(bulk.stretches(some), now);
                proofs.add(new StoredProof(Digest.NONE, now, Digest.NONE, some == sound
                        ? proof
                        : new Proof(proof.instance(), proof.origin(), proof.subject(),
                                new Proof.Result(Level.STRUCTURE, false, List.of(), List.of(),
                                        proof.result().expires()),
                                proof.examined(), proof.recovery())));
            }
            now = now.plus(DAY);
            return chosen;
        }

        Set<Digest> all() {
            Set<Digest> all = new HashSet<>();
            listed.forEach(blob -> all.add(ObjectKeys.parse(blob.key().value()).orElseThrow().digest()));
            return all;
        }
    }

    @Test
    void twentyTurnsOfFivePercentReadEverything() {
        Turns turns = new Turns();
        turns.add(1000);
        Set<Digest> read = new HashSet<>();
        for (int at = 0; at < 20; at++) {
            read.addAll(turns.turn(0.05, this));
        }
        assertThat(read.containsAll(turns.all())).as("seed " + SEED).isTrue();
    }

    /** A third can never be proven, and as much is written each turn as is read. */
    @Test
    void everythingHasItsTurnWhateverCannotBeProvenAndHoweverMuchIsWritten() {
        Turns turns = new Turns();
        turns.add(300);
        Set<Digest> old = turns.all();
        old.stream().filter(digest -> digest.prefix() % 3 == 0).forEach(turns.bad::add);
        for (int round = 0; round < 3; round++) {
            Set<Digest> waiting = new HashSet<>(old);
            for (int at = 0; at < 60 && !waiting.isEmpty(); at++) {
                turns.add(3);
                waiting.removeAll(turns.turn(0.05, this));
            }
            assertThat(waiting.size()).as("seed " + SEED + ", round " + round).isZero();
        }
    }

    @Test
    void damageThatComesAfterAProofIsFoundInItsTurn() throws Exception {
        assertThat(check(Share.ALL).report().isSound()).isTrue();
        tampering.flip(packs().getFirst(), 8 * 400);
        int turns = 0;
        while (check(of(0.3)).report().isSound()) {
            TestVault.capture(vault, new SourceTree().file("base/" + turns, 100_000, 10L + turns));
            turns++;
            assertThat(turns).isLessThan(8);
        }
    }

    @Test
    void whatMayHaveBeenOnItsWayWhenItWasListedIsNotCovered() throws Exception {
        TestVault.capture(vault, new SourceTree().file("base/2", 300_000, 2));
        clock.advance(Duration.ofMinutes(1));
        Rolled fresh = check(Share.ALL);
        assertThat(fresh.read()).isEqualTo(fresh.there());
        assertThat(fresh.proven().objects()).isLessThan(fresh.there().objects());
        assertThat(check(new Share(1, Optional.of(DAY.multipliedBy(30)))).proven()).isEqualTo(fresh.there());
    }

    /** Who writes packs can make two that begin with the same bytes, one of them good. */
    @Test
    void aPackSpeaksForNoOtherThatBeginsLikeIt() {
        byte[] bytes = new byte[32];
        List<BlobInfo> listed = new ArrayList<>();
        List<Digest> digests = new ArrayList<>();
        for (int last = 0; last < 3; last++) {
            bytes[0] = (byte) (last / 2);
            bytes[31] = (byte) last;
            digests.add(Digest.of(bytes));
            listed.add(new BlobInfo(Key.of(ObjectKeys.of(Kind.DATA, digests.getLast()).value()), 1, Instant.EPOCH,
                    Optional.empty()));
        }
        Instant now = Instant.EPOCH.plus(DAY);
        Bulk bulk = Bulk.of(listed, new Proven(List.of(), now), Set.of(), now);
        List<Stretch> stretches = bulk.stretches(Set.of(digests.get(0), digests.get(2)));
        Proven proven = new Proven(
                List.of(new StoredProof(Digest.NONE, now, Digest.NONE, proof(stretches, now))), now);
        assertThat(digests).map(digest -> proven.since(listed.getFirst(), digest).isPresent())
                .containsExactly(false, false, true);
    }

    @Test
    void aCheckThatIsKilledProvesNothing() throws Exception {
        int reads = 0;
        for (boolean killed = true; killed; reads++) {
            int wanted = reads * 7 + 1;
            FaultyStore dying = new FaultyStore(store, call -> call.number() == wanted
                    ? Optional.of(FaultyStore.Fault.CRASH_BEFORE)
                    : Optional.empty());
            try (Vault here = TestVault.open(dying, state, clock)) {
                Rolled rolled = new CheckShare(here.check(scratch, (_, _, _) -> {}), here.proofs())
                        .check(Share.ALL, store.now(), Optional.empty());
                CheckShare.remember(here.proofs(), rolled,
                        new Proof.Origin(Uid.NONE, clock.instant(), clock.instant(), "db1", "tester"));
                killed = false;
            } catch (FaultyStore.Crashed _) {
                assertThat(vault.proofs().read().said()).as("killed at call " + wanted).isEmpty();
            }
        }
        assertThat(reads).as("runs").isGreaterThan(3);
        assertThat(vault.proofs().read().said()).hasSize(1);
    }

    private List<Key> packs() throws InterruptedException {
        List<Key> packs = new ArrayList<>();
        store.list(Prefix.of("data/"), blob -> packs.add(blob.key()));
        return packs;
    }
}
