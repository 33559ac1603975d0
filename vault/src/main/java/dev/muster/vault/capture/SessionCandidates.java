// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.Abandon;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.tree.TreeRoot;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a session shows itself: a candidate that says how far it is, put anew from time to time while it lives. Thread-safe.
 */
final class SessionCandidates {

    /** While a session lives it says so at least daily; twice as often leaves room for a store that fails. */
    static final Duration REPEATED_AFTER = Duration.ofHours(12);

    private final ReentrantLock lock = new ReentrantLock();
    private final Store store;
    private final Statements statements;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Set<ObjectKey.OfSession> put = new HashSet<>();
    private Candidate latest;
    private Instant said;

    private SessionCandidates(Store store, Statements statements, InstantSource clock, SecureRandom random,
            Candidate first) {
        this.store = store;
        this.statements = statements;
        this.clock = clock;
        this.random = random;
        this.latest = first;
        this.said = clock.instant();
    }

    /** Announces a session that will write; the purpose is in words. */
    static SessionCandidates announce(CaptureSetting setting, String host, String purpose)
            throws InterruptedException {
        return begin(setting, Candidate.Step.ANNOUNCED, host, purpose, List.of(), List.of());
    }

    /** Announces a session that reads a snapshot, and this WAL besides what the snapshot needs. */
    static SessionCandidates read(CaptureSetting setting, SnapshotHead head, String host, String purpose,
            List<WalNeed> log) throws InterruptedException {
        List<WalNeed> needs = new ArrayList<>(head.body().needs());
        needs.addAll(log);
        return begin(setting, Candidate.Step.READING, host, purpose, List.of(head.body().table()), needs);
    }

    private static SessionCandidates begin(CaptureSetting setting, Candidate.Step step, String host, String purpose,
            List<TreeRoot> roots, List<WalNeed> needs) throws InterruptedException {
        Candidate first = new Candidate(setting.charter().instance(), Uid.random(setting.random()), step, host, purpose,
                roots, needs, Uid.random(setting.random()));
        SessionCandidates candidates = new SessionCandidates(setting.store(), setting.statements(), setting.clock(),
                setting.random(), first);
        candidates.say(first);
        return candidates;
    }

    Uid session() {
        lock.lock();
        try {
            return latest.session();
        } finally {
            lock.unlock();
        }
    }

    /** Says that it will need WAL from the starts of these on, whatever their ends. */
    void pin(List<WalNeed> from) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            say(new Candidate(latest.instance(), latest.session(), latest.step(), latest.host(), latest.purpose(),
                    latest.roots(), from, Uid.random(random)));
        } finally {
            lock.unlock();
        }
    }

    /** Proposes to commit this. */
    void propose(TreeRoot root, List<WalNeed> needs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            say(new Candidate(latest.instance(), latest.session(), Candidate.Step.PROPOSED, latest.host(),
                    latest.purpose(), List.of(root), needs, Uid.random(random)));
        } finally {
            lock.unlock();
        }
    }

    /** Announces another session for the same purpose, after this one was given up. */
    void beginAnew() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            say(new Candidate(latest.instance(), Uid.random(random), Candidate.Step.ANNOUNCED, latest.host(),
                    latest.purpose(), List.of(), List.of(), Uid.random(random)));
        } finally {
            lock.unlock();
        }
    }

    /** Says the latest candidate again if it is time; a store that fails is asked again the next time. */
    void repeatIfDue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (Duration.between(said, clock.instant()).compareTo(REPEATED_AFTER) >= 0) {
                say(latest.again(Uid.random(random)));
            }
        } catch (StoreException e) {
            if (!e.retryable()) {
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether what this session commits will count: it was not given up, all its candidates are still there, and nobody else has
     * finished it (docs/format.md, section 9, step 9). A machine that was cloned, or set back to an image of itself, goes on
     * with a session that may have been over for long: nobody waits for it, and what it has put may be gone.
     *
     * @param snapshot that it has committed; empty before that
     */
    boolean isAlive(Optional<Digest> snapshot) throws InterruptedException {
        Uid session = session();
        for (BlobInfo blob : statements.list(Kind.ABANDON, session)) {
            Outcome<Abandon> outcome = statements.read(Kind.ABANDON, blob, Abandon::of);
            boolean ignored = outcome instanceof Outcome.Refused<Abandon> refused && !refused.perhapsAuthentic();
            if (!ignored) {
                return false;
            }
        }
        boolean isOwn = keys(Kind.SNAPSHOT, session).allMatch(key -> snapshot.equals(Optional.of(key.digest())));
        List<ObjectKey.OfSession> own = putUnder(session);
        Set<ObjectKey> there = keys(Kind.CANDIDATE, session).collect(Collectors.toSet());
        return isOwn && there.containsAll(own);
    }

    /** Takes the candidates away, once the session is closed; who may not delete leaves them to gc. */
    void withdraw() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (ObjectKey.OfSession key : put) {
                store.delete(Key.of(key.value()));
            }
        } catch (StoreException _) {
            // gc takes them
        } finally {
            lock.unlock();
        }
    }

    private Stream<ObjectKey> keys(Kind kind, Uid session) throws InterruptedException {
        return statements.list(kind, session).stream().flatMap(blob -> ObjectKeys.parse(blob.key().value()).stream());
    }

    private List<ObjectKey.OfSession> putUnder(Uid session) {
        lock.lock();
        try {
            return put.stream().filter(key -> key.session().equals(session)).toList();
        } finally {
            lock.unlock();
        }
    }

    private void say(Candidate candidate) throws InterruptedException {
        put.add(statements.put(Kind.CANDIDATE,
                digest -> new ObjectKey.OfSession(Kind.CANDIDATE, candidate.session(), digest), candidate.encode()));
        latest = candidate;
        said = clock.instant();
    }
}
