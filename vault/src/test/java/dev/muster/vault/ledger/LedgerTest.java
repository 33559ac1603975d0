// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

class LedgerTest {

    private final Ledgers ledgers = new Ledgers();

    @Test
    void aSessionNamesTheEndsThatItSaw() throws Exception {
        List<Key> first = ledgers.session(Role.CAPTURE, "backup.take", 3);
        List<Key> second = ledgers.session(Role.RESTORE, "restore.run", 1);
        LedgerView view = ledgers.ledger(Role.OWNER).read();
        assertThat(first).hasSize(3);
        assertThat(view.heads().batches()).extracting(batch -> Key.of(batch.value())).isEqualTo(second);
        assertThat(view.sessions()).hasSize(2);
        assertThat(view.sessions().getLast().getFirst().batch().seen().batches())
                .extracting(ObjectKey.Ledger::sequence).containsExactly(3L);
        VerifyLedger.Verified verified = ledgers.verify();
        assertThat(verified.flaws()).isEmpty();
        assertThat(verified.isWhole()).isTrue();
        assertThat(ledgers.wrote).hasSize(4);
    }

    @Test
    void twoWritersAtOnceWriteTwoChainsThatMeetInTheNextSession() throws Exception {
        LedgerWriter one = ledgers.writer(Role.CAPTURE, ledgers.store);
        LedgerWriter other = ledgers.writer(Role.REAP, ledgers.store);
        for (int at = 0; at < 3; at++) {
            one.add(ledgers.entry("backup.take"));
            other.add(ledgers.entry("gc.run"));
            one.flush();
            other.flush();
        }
        one.end();
        other.end();
        assertThat(ledgers.ledger(Role.OWNER).read().heads().batches()).hasSize(2);
        ledgers.session(Role.OWNER, "check.run", 1);
        assertThat(ledgers.ledger(Role.OWNER).read().heads().batches()).hasSize(1);
        assertThat(ledgers.verify().flaws()).isEmpty();
    }

    @Test
    void aSessionWithoutEntriesIsNotWritten() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        writer.flush();
        writer.end();
        assertThat(ledgers.listed()).isEmpty();
        assertThat(writer.head()).isEmpty();
    }

    @Test
    void moreEntriesThanABatchHoldsAreSeveral() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        IntStream.range(0, Batch.ENTRIES_MAX + 1).forEach(_ -> writer.add(ledgers.entry("backup.take")));
        writer.end();
        LedgerView view = ledgers.ledger(Role.OWNER).read();
        assertThat(view.batches()).extracting(each -> each.batch().entries().size()).containsExactly(4096, 1);
        assertThat(view.batches()).extracting(each -> each.batch().link().last()).containsExactly(false, true);
        assertThat(writer.head()).contains(view.batches().getLast().key().digest());
        assertThatThrownBy(() -> writer.add(ledgers.entry("backup.take"))).isInstanceOf(IllegalStateException.class);
        assertThat(ledgers.verify().flaws()).isEmpty();
    }

    @Test
    void whatIsNotUnderstoodIsKeptAndShown() throws Exception {
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        writer.add(new Entry.Unknown(new byte[]{9, 1, 2}));
        writer.add(ledgers.entry("future.thing"));
        writer.end();
        VerifyLedger.Verified verified = ledgers.verify();
        assertThat(verified.isWhole()).isTrue();
        assertThat(verified.flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.NOT_UNDERSTOOD);
        assertThat(verified.view().batches().getFirst().batch().entries()).hasSize(2)
                .first().isEqualTo(new Entry.Unknown(new byte[]{9, 1, 2}));
    }

    @Test
    void junkNeitherCountsNorHidesRealEnds() throws Exception {
        List<Key> real = ledgers.session(Role.CAPTURE, "backup.take", 2);
        Uid session = ledgers.ledger(Role.OWNER).read().batches().getFirst().key().session();
        for (int at = 0; at < 150; at++) {
            byte[] junk = {(byte) at};
            Digest digest = Digest.sha256(junk);
            Uid of = at % 2 == 0 ? session : new Uid(at, at);
            ledgers.store.put(Key.of(ObjectKeys.ledger(new Month(202607), of, 100 + at, digest).value()),
                    Content.of(junk));
        }
        List<ObjectKey.Ledger> seen = ledgers.ledger(Role.REAP).recent(ledgers.clock.instant(), Heads.NONE).batches();
        assertThat(seen).extracting(batch -> Key.of(batch.value())).containsExactly(real.getLast());
        assertThat(ledgers.verify().flaws()).hasSize(150)
                .allSatisfy(flaw -> assertThat(flaw.kind()).isEqualTo(Flaw.Kind.REFUSED));
    }

    @Test
    void endsOfLongAgoAreNamedWhenNothingIsNewer() throws Exception {
        List<Key> old = ledgers.session(Role.CAPTURE, "backup.take", 1);
        ledgers.clock.advance(Duration.ofDays(400));
        assertThat(ledgers.ledger(Role.OWNER).recent(ledgers.clock.instant(), Heads.NONE).batches())
                .extracting(batch -> Key.of(batch.value()))
                .isEqualTo(old);
    }

    @Test
    void aCheckpointNamesAllHeadsAndIsNamedByTheNextSession() throws Exception {
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        Ledger ledger = ledgers.ledger(Role.CAPTURE);
        Digest checkpoint = ledger.checkpoint(ledger.read(), "db1", ledgers.clock.instant());
        Heads heads = ledgers.ledger(Role.OWNER).read().heads();
        assertThat(heads).isEqualTo(new Heads(List.of(), List.of(checkpoint)));
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        assertThat(ledgers.ledger(Role.OWNER).read().heads().checkpoints()).isEmpty();
        ledgers.tampering.omit(Key.of(ObjectKeys.of(Kind.CHECKPOINT, checkpoint).value()));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind, Flaw::subject).containsExactly(
                tuple(Flaw.Kind.MISSING, "checkpoint/" + checkpoint.hex()));
    }

    @Test
    void monthsOfSixYearsAgoGoOnceACheckpointLetsThemAndNotBefore() throws Exception {
        List<Key> old = ledgers.session(Role.CAPTURE, "backup.take", 2);
        ledgers.clock.advance(Duration.ofDays(31));
        ledgers.session(Role.CAPTURE, "backup.take", 1);
        ledgers.tampering.omit(old.getFirst());
        ledgers.tampering.omit(old.getLast());
        assertThat(ledgers.verify().isWhole()).isFalse();
        letGo(Role.OWNER, new Month(202608));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).contains(Flaw.Kind.LETS_GO_TOO_EARLY,
                Flaw.Kind.MISSING);
        ledgers.clock.advance(Duration.ofDays(6 * 366));
        letGo(Role.CAPTURE, new Month(202608));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).contains(Flaw.Kind.REFUSED, Flaw.Kind.MISSING);
        letGo(Role.REAP, new Month(202608));
        assertThat(ledgers.verify().flaws()).extracting(Flaw::kind).doesNotContain(Flaw.Kind.MISSING);
    }

    private void letGo(Role role, Month keptFrom) throws InterruptedException {
        Checkpoint checkpoint = new Checkpoint(Ledgers.INSTANCE, ledgers.clock.instant(), "db1", Heads.NONE, 0,
                Optional.of(keptFrom));
        ledgers.statements(role, ledgers.store).put(Kind.CHECKPOINT,
                digest -> ObjectKeys.of(Kind.CHECKPOINT, digest), checkpoint.encode());
    }

    @Test
    void theEntryHoldsWhatWasSaid() throws Exception {
        Entry.Known said = new Entry.Known(ledgers.clock.instant(), "backup.take", Entry.Outcome.FAILED, "clinic",
                "a snapshot", Map.of("error", "store.full"));
        LedgerWriter writer = ledgers.writer(Role.CAPTURE, ledgers.store);
        writer.add(said);
        writer.end();
        assertThat(ledgers.ledger(Role.REAP).read().batches().getFirst().batch().entries()).containsExactly(said);
    }
}
