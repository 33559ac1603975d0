// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Journal;
import dev.muster.ledger.Journals;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.store.FaultyStore;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.system.Audience;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.object.Uid;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StreamEntriesTest implements Audience {

    private static final ReceiverEvent CONNECTED = new ReceiverEvent.Connected("db1, PostgreSQL 18", Lsn.parse("0/17"));
    private static final ReceiverEvent GAP =
            new ReceiverEvent.Gap(new Uid(1, 2), Lsn.parse("0/17"), Lsn.parse("0/2000000"));

    @TempDir
    private Path state;

    private final MemoryStore store = new MemoryStore(InstantSource.system());
    private final List<ReceiverEvent> heard = new ArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private Vault vault;

    @BeforeEach
    void create() throws InterruptedException {
        try (KeySource key = KeySource.raw(new byte[32])) {
            vault = Vault.create(store, NewRepository.DEFAULT, key, "owner", instruments());
        }
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private Instruments instruments() {
        return new Instruments(InstantSource.system(), new SecureRandom(), state, 1);
    }

    private static Journal journal(Vault where, List<String> complaints) {
        return new Journals("db1", "postgres", "muster test", InstantSource.system(), complaints::add).of(where);
    }

    private StreamEntries entries() throws InterruptedException {
        return new StreamEntries(this, journal(vault, complaints), "clinic", Duration.ofMinutes(1));
    }

    private List<String> entered() throws InterruptedException {
        List<String> entered = new ArrayList<>();
        vault.ledger().read().batches().forEach(batch -> batch.batch().entries().forEach(each -> {
            var known = (Entry.Known) each;
            entered.add(known.action() + " " + known.outcome());
        }));
        return entered;
    }

    @Test
    void aRunIsEnteredOnceHoweverOftenItConnects() throws Exception {
        try (var entries = entries()) {
            for (int at = 0; at < 100; at++) {
                entries.happened(CONNECTED);
                entries.happened(new ReceiverEvent.StoreRecovered(Duration.ofSeconds(1)));
            }
            entries.end(true);
        }
        assertThat(heard).hasSize(200);
        assertThat(entered()).containsExactly("stream.run BEGUN", "stream.run DONE");
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatChangesTheHistoryIsEnteredSoOftenAndThenCounted() throws Exception {
        try (var entries = entries()) {
            entries.happened(CONNECTED);
            for (int at = 0; at < 50; at++) {
                entries.happened(GAP);
            }
            entries.happened(new ReceiverEvent.Joined(new Uid(1, 2), new Uid(3, 4), Lsn.parse("0/17")));
            entries.end(false);
        }
        assertThat(entered()).hasSize(StreamEntries.EACH_MAX + 3).contains("stream.gap DONE", "stream.takeover DONE");
        var last = vault.ledger().read().batches().getLast().batch();
        assertThat(last.link().last()).isTrue();
        assertThat(((Entry.Known) last.entries().getLast()).facts()).containsEntry("stream.gap", "50")
                .containsEntry("all-stored", "no");
    }

    @Test
    void whoNeverHadAServerEntersNothing() throws Exception {
        try (var entries = entries()) {
            entries.failed(new IllegalStateException("no server"));
        }
        assertThat(entered()).isEmpty();
    }

    @Test
    void aRunThatFailsSaysSo() throws Exception {
        try (var entries = entries()) {
            entries.happened(CONNECTED);
            entries.failed(new IllegalStateException("of no use"));
        }
        assertThat(entered()).containsExactly("stream.run BEGUN", "stream.run FAILED");
    }

    @Test
    void aStoreThatTakesNoEntriesHoldsNothingUp() throws Exception {
        Store away = new FaultyStore(store, call -> call.subject().startsWith("ledger/")
                ? Optional.of(FaultyStore.Fault.ERROR_BEFORE)
                : Optional.empty());
        try (KeySource key = KeySource.raw(new byte[32]); Vault here = Vault.open(away, key, instruments())) {
            try (var entries = new StreamEntries(this, journal(here, complaints), "clinic", Duration.ofMinutes(1))) {
                entries.happened(CONNECTED);
                entries.end(true);
            }
        }
        assertThat(complaints).hasSize(1);
        assertThat(entered()).isEmpty();
    }

    @Override
    public void happened(ReceiverEvent event) {
        heard.add(event);
    }

    @Override
    public void advised(List<Advice> advice) {
        throw new AssertionError(advice);
    }

    @Override
    public void complained(Exception reason) {
        throw new AssertionError(reason);
    }

    @Override
    public boolean isOver(ReceiverState now) {
        return false;
    }
}
