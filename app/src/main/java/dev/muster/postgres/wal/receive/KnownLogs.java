// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of the system's log: what the spool has, and what the repository had when it was last asked and was told
 * since. Safe for use by any thread.
 */
final class KnownLogs {

    private final Parts parts;
    private final ReentrantLock names = new ReentrantLock();
    private final ReentrantLock shipping = new ReentrantLock();
    private final Map<Uid, Lineage> stored = new LinkedHashMap<>();
    private final Map<Uid, Lsn> storedEnds = new HashMap<>();
    private final Map<Uid, Written> written = new HashMap<>();

    /** For each history that was begun here: those of which something was stored then. */
    private final Map<Uid, Set<Uid>> before = new HashMap<>();
    private volatile boolean asked;

    KnownLogs(Parts parts) {
        this.parts = parts;
    }

    /** Work that goes by the names of histories. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    /** Works while no log is renamed. */
    <T> T unchanged(Work<T> work) throws InterruptedException {
        return holding(names, work);
    }

    /**
     * Makes a spooled log the one of another history in which its bytes are stored.
     *
     * @return whether it was done; not if somebody works by the names now, or the log is none that can become another's
     */
    boolean rename(SpooledLog log, Lineage other) {
        if (!names.tryLock()) {
            return false;
        }
        try {
            var own = log.lineage().incarnation();
            var renamed = parts.spool().rename(log, other);
            if (renamed) {
                parts.progress().renamed(own, other.incarnation());
            }
            return renamed;
        } finally {
            names.unlock();
        }
    }

    /** Works while nothing is moved from the spool to the repository, or while nothing is taken out of the spool. */
    <T> T alone(Work<T> work) throws InterruptedException {
        return holding(shipping, work);
    }

    private static <T> T holding(ReentrantLock lock, Work<T> work) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * All logs that can be gone on with, as far as is known. A history that somebody has just begun, with nothing stored,
     * has no byte that a server could show: it is no log yet.
     */
    synchronized List<KnownLog> all() {
        var logs = new LinkedHashMap<Uid, KnownLog>();
        stored.values()
                .stream()
                .filter(lineage -> storedEnds.containsKey(lineage.incarnation()) || lineage.descent().proven())
                .forEach(lineage -> logs.put(lineage.incarnation(), new KnownLog(lineage, storedEnd(lineage),
                        written(lineage.incarnation()).orElse(lineage.made()))));
        for (var log : parts.spool().logs()) {
            var lineage = log.lineage();
            var end = log.received().isAfter(storedEnd(lineage)) ? log.received() : storedEnd(lineage);
            // What is only here is the newest that there is: it comes last to the repository.
            var writtenLast = log.received().isAfter(storedEnd(lineage))
                    ? Instant.MAX
                    : written(lineage.incarnation()).orElse(Instant.MAX);
            logs.put(lineage.incarnation(), new KnownLog(lineage, end, writtenLast));
        }
        return new ArrayList<>(logs.values());
    }

    /**
     * Asks the repository what it has now: others may have gone on. If it cannot be asked, what is known holds, if anything
     * is: then the receiver can go on while the repository is away. While the spool is ahead of it, it is not asked again:
     * it may be long in answering, and the server has what the spool goes on with.
     */
    void refresh() throws InterruptedException {
        if (asked && parts.spool().logs().stream().anyMatch(this::isAhead)) {
            return;
        }
        try {
            ask(asked);
        } catch (Fault e) {
            if (!asked && parts.spool().logs().isEmpty()) {
                throw e;
            }
        }
    }

    private boolean isAhead(SpooledLog log) {
        return log.checked() && SettleHistory.hasReceived(log) && log.received().isAfter(storedEnd(log.lineage()));
    }

    /** Asks the repository what it has now, all of it. */
    void ask() throws InterruptedException {
        ask(false);
    }

    /** A receiver that waits for another asks again and again: it looks where what is known ended. */
    private void ask(boolean whereItEnded) throws InterruptedException {
        for (var lineage : parts.archive().lineages().known()) {
            var incarnation = lineage.incarnation();
            var before = storedEnd(incarnation).filter(_ -> whereItEnded);
            var end = before.isPresent()
                    ? parts.archive().endFrom(incarnation, before.get().value())
                    : parts.archive().cover(incarnation).end();
            var last = end.isPresent() ? written(incarnation, new Lsn(end.getAsLong())) : Optional.<Written>empty();
            synchronized (this) {
                stored.put(incarnation, lineage);
                end.ifPresent(lsn -> further(incarnation, new Lsn(lsn)));
                last.ifPresent(known -> written.put(incarnation, known));
            }
        }
        asked = true;
    }

    /**
     * When the last byte came: what was sealed with it, since a copy of the repository has other times on its files.
     *
     * @param end behind that byte
     */
    private record Written(Lsn end, Instant at) {}

    /** Read only where a history has not been seen to end before. */
    private Optional<Written> written(Uid incarnation, Lsn end) throws InterruptedException {
        synchronized (this) {
            var known = written.get(incarnation);
            if (known != null && known.end.equals(end)) {
                return Optional.of(known);
            }
        }
        return parts.archive().receivedAt(incarnation, end.value()).map(at -> new Written(end, at));
    }

    private synchronized Optional<Instant> written(Uid incarnation) {
        return Optional.ofNullable(written.get(incarnation)).map(Written::at);
    }

    /**
     * Gives up the logs that were begun here and in which nothing was received, if others have gone on with the same
     * server's log since: theirs is gone on with.
     */
    void giveUpOvertaken() throws InterruptedException {
        for (var log : parts.spool().logs()) {
            if (!log.announced() && !SettleHistory.hasReceived(log) && isOvertaken(log.lineage())) {
                alone(() -> {
                    parts.spool().remove(log);
                    return true;
                });
            }
        }
    }

    private synchronized boolean isOvertaken(Lineage begun) {
        var descent = begun.descent();
        var parentWentOn = !descent.proven()
                && descent.parent().flatMap(this::storedEnd).filter(new Lsn(descent.fork())::isBefore).isPresent();
        return parentWentOn || stored.values()
                .stream()
                .filter(other -> other.origin().equals(begun.origin()))
                .map(Lineage::incarnation)
                .anyMatch(other -> storedEnds.containsKey(other) && !isBefore(other, begun.incarnation()));
    }

    /** A history was begun here, because none of those that are known can be gone on with. */
    synchronized void begun(Uid incarnation) {
        before.put(incarnation, Set.copyOf(storedEnds.keySet()));
    }

    /** Whether a history was known, with something stored, when the other one was begun here. */
    synchronized boolean isBefore(Uid incarnation, Uid begun) {
        return before.getOrDefault(begun, Set.of()).contains(incarnation);
    }

    /** Position after the last byte that the repository has of a history; its beginning if it has none. */
    synchronized Lsn storedEnd(Lineage lineage) {
        return storedEnd(lineage.incarnation()).orElse(new Lsn(lineage.descent().first()));
    }

    /** Position after the last byte that the repository has of a history, as far as is known. */
    synchronized Optional<Lsn> storedEnd(Uid incarnation) {
        return Optional.ofNullable(storedEnds.get(incarnation));
    }

    /** The repository has a history up to here. */
    synchronized void stored(Lineage lineage, Lsn end) {
        stored.put(lineage.incarnation(), lineage);
        further(lineage.incarnation(), end);
    }

    private void further(Uid incarnation, Lsn end) {
        storedEnds.merge(incarnation, end, (old, fresh) -> fresh.isAfter(old) ? fresh : old);
    }
}
