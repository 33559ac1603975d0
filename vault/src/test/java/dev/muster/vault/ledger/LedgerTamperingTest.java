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
        assertFound(Flaw.Kind.REFUSED, late.value());
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
        put(Role.CAPTURE, new Batch(Ledgers.INSTANCE, writer.session(),
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
