// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.store.Content;
import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import dev.muster.work.Scope;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

/** Whatever somebody does to a ledger behind its back is found by who has seen it before. */
class LedgerTamperingTest {

    private final Ledgers ledgers = new Ledgers();

    /** Two sessions, of which the second has seen the first, and which nobody but its host has seen. */
    private List<Key> twoSessions() throws InterruptedException {
        List<Key> first = ledgers.session(Role.CAPTURE, "backup.take", 3);
        ledgers.session(Role.CAPTURE, "backup.take", 2);
        assertThat(ledgers.verify().flaws()).isEmpty();
        return first;
    }

    private void assertFound(Flaw.Kind kind, String subject) throws InterruptedException {
        VerifyLedger.Verified verified = ledgers.verify();
        assertThat(verified.isWhole()).isFalse();
        assertThat(verified.flaws()).as(subject).anySatisfy(flaw -> {
            assertThat(flaw.kind()).isEqualTo(kind);
            assertThat(flaw.subject()).isEqualTo(subject);
        });
    }

    @Test
    void eachBatchThatIsTakenOutIsMissedByName() throws Exception {
        for (int at = 0; at < 3; at++) {
            Map<Key, byte[]> before = ledgers.tampering.picture();
            Key batch = twoSessions().get(at);
            ledgers.tampering.omit(batch);
            assertFound(Flaw.Kind.MISSING, batch.value());
            ledgers.tampering.rollBackTo(before);
        }
    }

    @Test
    void aWholeSessionThatIsTakenOutIsMissedByTheNextOne() throws Exception {
        List<Key> session = twoSessions();
        for (Key batch : session) {
            ledgers.tampering.omit(batch);
        }
        assertFound(Flaw.Kind.MISSING, session.getLast().value());
    }

    @Test
    void theMiddleOfALongSessionThatIsTakenOutIsMissed() throws Exception {
        List<Key> session = ledgers.session(Role.CAPTURE, "backup.take", 6);
        for (Key batch : session.subList(1, 5)) {
            ledgers.tampering.omit(batch);
        }
        assertFound(Flaw.Kind.MISSING, session.get(4).value());
        assertThat(ledgers.verify().flaws()).anySatisfy(flaw -> assertThat(flaw.subject())
                .endsWith(", batches 2 to 4"));
    }

    @Test
    void aTailThatNobodyElseSawIsMissedByItsHostAndByWhoWroteItDown() throws Exception {
        twoSessions();
        Heads remembered = ledgers.ledger(Role.OWNER).read().heads();
        ObjectKey.Ledger end = remembered.batches().getFirst();
        ledgers.tampering.omit(Key.of(end.value()));
        assertThat(ledgers.verify().isWhole()).as("without a witness it looks like a session that was killed").isTrue();
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.WITHOUT_END);
        assertThat(ledgers.verify(remembered).isWhole()).isFalse();
        List<String> written = List.of(end.digest().hex().substring(0, 16));
        assertThat(VerifyLedger.read(ledgers.ledger(Role.OWNER), true, Heads.NONE, written).flaws())
                .extracting(Flaw::subject).contains(written.getFirst());
    }

    @Test
    void aLedgerThatIsPutBackIsMissedByItsHost() throws Exception {
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        Map<Key, byte[]> before = ledgers.tampering.picture();
        List<Key> lost = ledgers.session(Role.OWNER, "keys.remove", 2);
        Heads remembered = ledgers.ledger(Role.OWNER).read().heads();
        ledgers.tampering.rollBackTo(before);
        assertThat(ledgers.verify().isWhole()).isTrue();
        assertThat(ledgers.verify(remembered).flaws()).extracting(Flaw::subject).contains(lost.getLast().value());
    }

    @Test
    void bytesThatAreCutFlippedOrSwappedAreRefused() throws Exception {
        List<Key> session = twoSessions();
        ledgers.tampering.truncate(session.get(0), 100);
        ledgers.tampering.flip(session.get(1), 8 * 200);
        assertFound(Flaw.Kind.REFUSED, session.get(0).value());
        assertFound(Flaw.Kind.REFUSED, session.get(1).value());
        Ledgers other = new Ledgers();
        List<Key> swapped = other.session(Role.CAPTURE, "backup.take", 2);
        other.tampering.swap(swapped.get(0), swapped.get(1));
        assertThat(other.verify().flaws()).extracting(Flaw::kind).containsOnly(Flaw.Kind.REFUSED);
        assertThat(other.verify().isWhole()).isFalse();
    }

    @Test
    void aBatchUnderTheKeyOfAnotherSessionOrNumberIsRefused() throws Exception {
        Key batch = twoSessions().getFirst();
        byte[] bytes = ledgers.store.read(batch, Range.whole());
        ObjectKey.Ledger key = (ObjectKey.Ledger) ObjectKeys.parse(batch.value()).orElseThrow();
        for (ObjectKey forged : List.of(new ObjectKey.Ledger(key.month(), new Uid(9, 9), 1, key.digest()),
                new ObjectKey.Ledger(key.month(), key.session(), 9, key.digest()),
                new ObjectKey.Ledger(new Month(202001), key.session(), 1, key.digest()))) {
            ledgers.store.put(Key.of(forged.value()), Content.of(bytes));
            assertFound(Flaw.Kind.REFUSED, forged.value());
        }
    }

    @Test
    void aSlotThatMayNotSayItIsRefused() throws Exception {
        Key forged = ledgers.session(Role.CAPTURE, "keys.remove", 1).getFirst();
        assertFound(Flaw.Kind.REFUSED, forged.value());
        Key gc = ledgers.session(Role.RESTORE, "gc.run", 1).getFirst();
        assertFound(Flaw.Kind.REFUSED, gc.value());
    }

    @Test
    void aSlotThatWasRemovedIsRefused() throws Exception {
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        ledgers.keys.retire(Role.CAPTURE, ledgers.clock.instant());
        assertThat(ledgers.verify().isWhole()).as("what it said before counts").isTrue();
        Key late = ledgers.session(Role.CAPTURE, "backup.take", 1).getFirst();
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind, Flaw::subject)
                .containsExactly(tuple(Flaw.Kind.LATE, late.value()));
        assertThat(ledgers.ledger(Role.OWNER).read().batches()).as("it does not count").hasSize(1);
    }

    /** So that what a removed slot has said looks as if it were said too late. */
    @Test
    void whatIsPutAgainAfterItsSlotWasRemovedIsMissed() throws Exception {
        Key said = ledgers.session(Role.CAPTURE, "backup.take", 1).getFirst();
        Heads remembered = ledgers.ledger(Role.OWNER).read().heads();
        Map<Key, byte[]> before = ledgers.tampering.picture();
        ledgers.keys.retire(Role.CAPTURE, ledgers.clock.instant().plusSeconds(1));
        ledgers.tampering.omit(said);
        ledgers.clock.advance(Duration.ofHours(1));
        ledgers.tampering.resurrect(said, before);
        assertThat(ledgers.verify().isWhole()).as("nobody has seen it").isTrue();
        assertThat(ledgers.verify(remembered).flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.REFUSED);
    }

    @Test
    void aSessionThatIsWrittenTwiceIsFound() throws Exception {
        List<Key> session = twoSessions();
        StoredBatch first = ledgers.ledger(Role.OWNER).read().batches().stream()
                .filter(each -> Key.of(each.key().value()).equals(session.getFirst())).findFirst().orElseThrow();
        Batch other = new Batch(Ledgers.INSTANCE, first.batch().session(),
                new Batch.Link(2, first.key().digest(), false), Heads.NONE, List.of(ledgers.entry("backup.take")));
        put(Role.CAPTURE, other);
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.FORKED);
        assertThat(ledgers.verify().isWhole()).isFalse();
    }

    @Test
    void anotherSlotThatGoesOnWithASessionIsFound() throws Exception {
        StoredBatch end = end(ledgers.session(Role.CAPTURE, "backup.take", 1));
        put(Role.REAP, new Batch(Ledgers.INSTANCE, end.batch().session(), new Batch.Link(2, end.key().digest(), true),
                Heads.NONE, List.of()));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind)
                .containsExactlyInAnyOrder(Flaw.Kind.TWO_FACED, Flaw.Kind.AFTER_THE_END);
    }

    @Test
    void aBatchThatNamesNotTheOneBeforeItIsFound() throws Exception {
        StoredBatch other = end(ledgers.session(Role.CAPTURE, "backup.take", 1));
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        writer.add(ledgers.entry("backup.take"));
        writer.flush();
        Session session = ledgers.ledger(Role.OWNER).read().batches().stream().map(each -> each.batch().session())
                .filter(each -> each.uid().equals(writer.session())).findFirst().orElseThrow();
        put(Role.CAPTURE, new Batch(Ledgers.INSTANCE, session,
                new Batch.Link(2, other.key().digest(), true), Heads.NONE, List.of()));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).contains(Flaw.Kind.UNCHAINED);
    }

    @Test
    void aBatchOfAnotherInstanceOfTheRepositoryIsRefused() throws Exception {
        Batch foreign = new Batch(new Uid(8, 8), new Session(new Uid(2, 3), ledgers.clock.instant(),
                new Session.Actor("a", "b", "c", "d")), new Batch.Link(1, Digest.NONE, true), Heads.NONE, List.of());
        ObjectKey.Ledger key = put(Role.OWNER, foreign);
        assertFound(Flaw.Kind.REFUSED, key.value());
    }

    @Test
    void whatWasBegunAndNeverEndedIsUnfinished() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.RESTORE, ledgers.store);
        writer.add(ledgers.entry("restore.run", Entry.Outcome.BEGUN));
        writer.flush();
        assertThat(ledgers.verify().flaws()).singleElement().satisfies(flaw -> {
            assertThat(flaw.kind()).isEqualTo(Flaw.Kind.UNFINISHED);
            assertThat(flaw.isDamage()).isFalse();
            assertThat(flaw.subject()).contains(writer.session().hex(), "restore.run");
            assertThat(flaw.what()).contains("postgres@db1");
        });
        writer.add(ledgers.entry("restore.run", Entry.Outcome.FAILED));
        writer.flush();
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.WITHOUT_END);
        writer.end();
        assertThat(ledgers.verify().flaws()).isEmpty();
    }

    @Test
    void whoEndsBeforeHeCouldSayHowItWentIsNotUnfinished() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.OWNER, ledgers.store);
        writer.add(ledgers.entry("keys.remove", Entry.Outcome.BEGUN));
        writer.end();
        assertThat(ledgers.verify().flaws()).isEmpty();
    }

    /** The clock of a host says when; under which month others look for it says the store's. */
    @Test
    void aHostWhoseClockIsSetBackIsFoundByTheNextSession() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        writer.add(new Entry.Known(ledgers.clock.instant().minus(Duration.ofDays(3650)), "backup.take",
                Entry.Outcome.DONE, "clinic", "it", Map.of()));
        writer.end();
        Key lost = ledgers.listed().getFirst();
        ledgers.session(Role.REAP, "gc.run", 1);
        assertThat(ledgers.verify().flaws()).isEmpty();
        ledgers.tampering.omit(lost);
        assertFound(Flaw.Kind.MISSING, lost.value());
    }

    @Test
    void aSessionUnderAMonthThatIsNotItsOwnIsSaidAndItsHostNamesItAllTheSame() throws Exception {
        Session session = new Session(new Uid(2, 3), ledgers.clock.instant().minus(Duration.ofDays(200)),
                new Session.Actor("db1", "postgres", "muster", "db1"));
        ledgers.session(Role.OWNER, "check.run", 1);
        ObjectKey.Ledger hidden = put(Role.CAPTURE, new Batch(Ledgers.INSTANCE, session,
                new Batch.Link(1, Digest.NONE, true), Heads.NONE, List.of(ledgers.entry("backup.take"))));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind, Flaw::subject)
                .containsExactly(tuple(Flaw.Kind.MISDATED, hidden.value()));
        ledgers.session(Role.OWNER, "check.run", 1);
        assertThat(ledgers.ledger(Role.OWNER).read().heads().batches()).as("who does not know it passes it over")
                .contains(hidden);
        ledgers.remembered = new Heads(List.of(hidden), List.of());
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        assertThat(ledgers.ledger(Role.OWNER).read().heads().batches()).doesNotContain(hidden);
        ledgers.tampering.omit(Key.of(hidden.value()));
        assertFound(Flaw.Kind.MISSING, hidden.value());
    }

    @Test
    void whatAHostRemembersAndIsGoneIsNotNamed() throws Exception {
        Key lost = ledgers.session(Role.CAPTURE, "backup.take", 1).getFirst();
        ledgers.remembered = ledgers.ledger(Role.OWNER).read().heads();
        ledgers.tampering.omit(lost);
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        assertThat(ledgers.verify().isWhole()).as("others did not see it").isTrue();
        assertThat(ledgers.verify(ledgers.remembered).isWhole()).as("this host did").isFalse();
    }

    /** The put of a process that is gone reaches the store after others have gone on. */
    @Test
    void aPutThatArrivesLateIsNoFork() throws Exception {
        List<Key> session = ledgers.session(Role.CAPTURE, "backup.take", 2);
        Map<Key, byte[]> sent = ledgers.tampering.picture();
        ledgers.tampering.omit(session.getLast());
        ledgers.session(Role.OWNER, "check.run", 1);
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.WITHOUT_END);
        ledgers.clock.advance(Duration.ofHours(1));
        ledgers.tampering.resurrect(session.getLast(), sent);
        assertThat(ledgers.verify().flaws()).isEmpty();
    }

    @Test
    void hostsThatWriteAtOnceLoseNothingAndMeetInTheNextSession() throws Exception {
        Role[] roles = {Role.CAPTURE, Role.REAP, Role.RESTORE, Role.OWNER};
        try (var scope = Scope.open("hosts", roles.length)) {
            for (Role role : roles) {
                scope.fork(() -> {
                    for (int at = 0; at < 5; at++) {
                        LedgerWriter writer = ledgers.writer(role, ledgers.store);
                        writer.add(ledgers.entry("check.run"));
                        writer.flush();
                        writer.add(ledgers.entry("check.run"));
                        writer.end();
                    }
                });
            }
            scope.join();
        }
        assertThat(ledgers.listed()).hasSize(40).containsAll(ledgers.wrote);
        assertThat(ledgers.verify().flaws()).isEmpty();
        Set<Key> ends = new HashSet<>();
        ledgers.ledger(Role.OWNER).read().sessions().forEach(each -> ends.add(Key.of(each.getLast().key().value())));
        List<Key> last = ledgers.session(Role.OWNER, "check.run", 1);
        for (Key end : ends) {
            Map<Key, byte[]> before = ledgers.tampering.picture();
            ledgers.tampering.omit(end);
            assertFound(Flaw.Kind.MISSING, end.value());
            ledgers.tampering.rollBackTo(before);
        }
        assertThat(ledgers.ledger(Role.OWNER).read().heads().batches()).extracting(head -> Key.of(head.value()))
                .isEqualTo(last);
    }

    /** Two copies of a store that went on apart: each host misses its own in the other's. */
    @Test
    void aForkedRepositoryIsMissedByTheHostOfTheOtherCopy() throws Exception {
        ledgers.session(Role.OWNER, "check.run", 1);
        Map<Key, byte[]> before = ledgers.tampering.picture();
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        Heads one = ledgers.ledger(Role.OWNER).read().heads();
        ledgers.tampering.rollBackTo(before);
        ledgers.session(Role.RESTORE, "restore.run", 1);
        Heads other = ledgers.ledger(Role.OWNER).read().heads();
        assertThat(ledgers.verify(other).isWhole()).isTrue();
        assertThat(ledgers.verify(one).flaws()).extracting(Flaw::subject).containsExactly(
                one.batches().getFirst().value());
    }

    @Test
    void aBatchThatIsBroughtBackIsSaid() throws Exception {
        Key batch = twoSessions().get(1);
        Map<Key, byte[]> before = ledgers.tampering.picture();
        ledgers.tampering.omit(batch);
        ledgers.clock.advance(Duration.ofHours(1));
        ledgers.tampering.resurrect(batch, before);
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind, Flaw::subject)
                .containsExactly(tuple(Flaw.Kind.PUT_AGAIN, batch.value()));
    }

    /** Whatever becomes of any call of the store: what was said to be stored is there, and no session forks. */
    @ParameterizedTest
    @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER", "ERROR_BEFORE", "ERROR_AFTER", "SHORT_READ", "FLIPPED_READ",
            "PARTIAL_LIST"})
    void afterAFaultAtAnyCallTheLedgerIsWhole(Fault fault) throws Exception {
        ledgers.session(Role.OWNER, "check.run", 1);
        Map<Key, byte[]> before = ledgers.tampering.picture();
        int met = 0;
        for (int number = 1;; number++) {
            int wanted = number;
            AtomicInteger here = new AtomicInteger();
            FaultyStore faulty = new FaultyStore(ledgers.store, call -> {
                boolean hit = call.number() == wanted && fault.appliesTo(call.verb());
                here.addAndGet(hit ? 1 : 0);
                return hit ? Optional.of(fault) : Optional.empty();
            });
            ledgers.tampering.rollBackTo(before);
            ledgers.wrote.clear();
            write(ledgers.writer(Role.CAPTURE, faulty));
            String what = fault + " at call " + number;
            assertThat(ledgers.verify().isWhole()).as(what).isTrue();
            Set<Key> lost = new HashSet<>(ledgers.wrote);
            ledgers.listed().forEach(lost::remove);
            assertThat(lost).as(what).isEmpty();
            met += here.get();
            if (faulty.calls().size() < number) {
                assertThat(met).as("calls that met the fault").isPositive();
                return;
            }
        }
    }

    /** Goes on after a fault that is not the end of the process. */
    private void write(LedgerWriter writer) throws InterruptedException {
        for (int at = 0; at < 3; at++) {
            writer.add(ledgers.entry("backup.take"));
            try {
                if (at < 2) {
                    writer.flush();
                } else {
                    writer.end();
                }
            } catch (FaultyStore.Crashed _) {
                return;
            } catch (StoreException _) {
                // The next attempt puts it again.
            }
        }
    }

    private StoredBatch end(List<Key> session) throws InterruptedException {
        return ledgers.ledger(Role.OWNER).read().batches().stream()
                .filter(each -> Key.of(each.key().value()).equals(session.getLast())).findFirst().orElseThrow();
    }

    private ObjectKey.Ledger put(Role role, Batch batch) throws InterruptedException {
        return ledgers.statements(role, ledgers.store).put(Kind.LEDGER,
                digest -> new ObjectKey.Ledger(batch.session().month(), batch.session().uid(),
                        batch.link().sequence(), digest),
                batch.encode());
    }
}
