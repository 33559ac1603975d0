// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one session. Entries wait until they are put; what could not be put is put again, with the same bytes, by the next
 * attempt. Nothing is stored before the first entry. Thread-safe.
 */
public final class LedgerWriter {

    private final Ledger ledger;
    private final Uid uid;
    private final Session.Actor actor;
    private final Remembrance remembrance;
    private final List<Entry> waiting = new ArrayList<>();
    private Batch.Link stored = Batch.Link.BEFORE_FIRST;
    private Digest headDigest = Digest.NONE;
    private @Nullable Session session;
    private @Nullable Attempt attempt;

    /** Remembers outside of the repository what was seen and written. */
    public interface Remembrance {

        /** Remembers nothing. */
        Remembrance NONE = new Remembrance() {
            @Override
            public Heads remembered() {
                return Heads.NONE;
            }

            @Override
            public void wrote(ObjectKey.Ledger batch, Heads covered) {
                // Nobody asks.
            }
        };

        /** The ends that this host has seen last: a session names those of them that are there, wherever they lie. */
        Heads remembered();

        /**
         * A batch is durable.
         *
         * @param batch its key
         * @param covered what it names: nobody needs to remember that any more
         */
        void wrote(ObjectKey.Ledger batch, Heads covered);
    }

    /** A batch that is perhaps stored. */
    private record Attempt(Statements.Sealed<ObjectKey.Ledger> sealed, Batch batch) {}

    /**
     * @param session of this process; it begins with its first batch
     * @param actor who it is
     */
    public LedgerWriter(Ledger ledger, Uid session, Session.Actor actor, Remembrance remembrance) {
        this.ledger = ledger;
        this.uid = session;
        this.actor = actor;
        this.remembrance = remembrance;
    }

    /** The session that it writes. */
    public Uid session() {
        return uid;
    }

    /** Whether the slot that writes may enter this action: who else does spoils a whole batch. */
    public boolean maySay(String action) {
        Role role = ledger.statements().chain().role();
        return role.maySay(Kind.LEDGER) && Family.maySay(role, action);
    }

    /**
     * Adds an entry, which is not durable yet.
     *
     * @throws IllegalStateException if the session has ended
     */
    public synchronized void add(Entry entry) {
        if (stored.last()) {
            throw new IllegalStateException("the session has ended");
        }
        waiting.add(entry);
    }

    /**
     * Makes all entries durable.
     *
     * @throws dev.muster.store.StoreException if the store fails; they wait for the next attempt
     * @throws dev.muster.vault.object.VaultFault.NotGranted if the role may not write to the ledger
     */
    public synchronized void flush() throws InterruptedException {
        finishAttempt();
        while (!waiting.isEmpty()) {
            putNext(false);
        }
    }

    /** Makes all entries durable and ends the session; does nothing if there never was any entry. */
    public synchronized void end() throws InterruptedException {
        finishAttempt();
        boolean nothingToEnd = stored.last() || (stored.sequence() == 0 && waiting.isEmpty());
        while (!nothingToEnd && !stored.last()) {
            putNext(true);
        }
    }

    /** The last batch that is known to be durable; empty before the first. */
    public synchronized Optional<Digest> head() {
        return stored.sequence() == 0 ? Optional.empty() : Optional.of(headDigest);
    }

    /** A session begins by the store's clock: under the month of a host whose clock is wrong nobody would look for it. */
    private void putNext(boolean ending) throws InterruptedException {
        Session begun = session == null ? new Session(uid, ledger.statements().now(), actor) : session;
        Heads seen = stored.sequence() == 0 ? ledger.recent(begun.begun(), remembrance.remembered()) : Heads.NONE;
        List<Entry> entries = List.copyOf(waiting.subList(0, Math.min(waiting.size(), Batch.ENTRIES_MAX)));
        boolean last = ending && entries.size() == waiting.size();
        Batch batch = new Batch(ledger.instance(), begun,
                new Batch.Link(stored.sequence() + 1, headDigest, last), seen, entries);
        attempt = new Attempt(ledger.statements().seal(Kind.LEDGER, digest -> new ObjectKey.Ledger(begun.month(),
                uid, batch.link().sequence(), digest), batch.encode()), batch);
        session = begun;
        waiting.subList(0, entries.size()).clear();
        finishAttempt();
    }

    private void finishAttempt() throws InterruptedException {
        Attempt now = attempt;
        if (now != null) {
            ledger.statements().put(now.sealed);
            attempt = null;
            stored = now.batch.link();
            headDigest = now.sealed.key().digest();
            remembrance.wrote(now.sealed.key(), now.batch.seen());
        }
    }
}
