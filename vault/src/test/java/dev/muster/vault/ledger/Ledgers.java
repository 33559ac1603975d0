// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statements;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A ledger in a store in memory, and what its sessions remember outside of it. */
final class Ledgers implements LedgerWriter.Remembrance {

    static final Uid INSTANCE = new Uid(1, 1);

    final TestKeys keys = new TestKeys(1);
    final TestClock clock = new TestClock();
    final MemoryStore store = new MemoryStore(clock);
    final Tampering tampering = new Tampering(store);
    final Set<Key> wrote = ConcurrentHashMap.newKeySet();
    Heads remembered = Heads.NONE;
    private final SeededRandom random = new SeededRandom(7);

    Statements statements(Role role, Store where) {
        return new Statements(where, keys.chain(role), keys.signer(role), keys.authority(), random);
    }

    Ledger ledger(Role role) {
        return new Ledger(statements(role, store), INSTANCE);
    }

    LedgerWriter writer(Role role, Store where) {
        return new LedgerWriter(new Ledger(statements(role, where), INSTANCE), Uid.random(random),
                new Session.Actor("db1", "postgres", "muster test", role.toString()), this);
    }

    @Override
    public Heads remembered() {
        return remembered;
    }

    @Override
    public void wrote(ObjectKey.Ledger batch, Heads covered) {
        wrote.add(Key.of(batch.value()));
    }

    /** A whole session of so many batches. */
    List<Key> session(Role role, String action, int batches) throws InterruptedException {
        Set<Key> before = new HashSet<>(listed());
        LedgerWriter writer = writer(role, store);
        for (int at = 1; at < batches; at++) {
            writer.add(entry(action));
            writer.flush();
        }
        writer.add(entry(action));
        writer.end();
        List<Key> put = new ArrayList<>(listed());
        put.removeAll(before);
        return put;
    }

    Entry entry(String action) {
        return entry(action, Entry.Outcome.DONE);
    }

    Entry entry(String action, Entry.Outcome outcome) {
        return new Entry.Known(clock.instant(), action, outcome, "clinic", "it", Map.of());
    }

    List<Key> listed() throws InterruptedException {
        List<BlobInfo> listed = new ArrayList<>();
        store.list(Prefix.of("ledger/"), listed::add);
        return listed.stream().map(BlobInfo::key).toList();
    }

    VerifyLedger.Verified verify() throws InterruptedException {
        return verify(Heads.NONE);
    }

    VerifyLedger.Verified verify(Heads remembered) throws InterruptedException {
        return VerifyLedger.read(ledger(Role.OWNER), true, remembered, List.of());
    }
}
