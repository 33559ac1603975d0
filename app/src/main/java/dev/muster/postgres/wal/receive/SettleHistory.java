// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSpan;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that a server's log becomes one history though several begin to receive it at the same time: a backup and a
 * receiver, on whichever hosts. Before anything is stored in a history that was begun, those are looked for that others have
 * begun meanwhile. If one of them has the bytes, it is gone on with; if nothing is stored in it yet, it is waited for.
 *
 * <p>It is looked once before the repository is told of the own history, and once after. Of two who tell it, the one who
 * does so later sees the other. If both see each other, the one who waits less stores, and the other finds it.
 *
 * <p>One thread settles; any thread asks what is settled.
 */
final class SettleHistory {

    /** One who has a backup to take waits less than one who goes on; of two of a kind the one whose name comes first. */
    private static final Duration BACKUP_WAITS = Duration.ofSeconds(4);
    private static final Duration RECEIVER_WAITS = Duration.ofSeconds(12);
    private static final Duration LATER_NAME_WAITS_MORE = Duration.ofSeconds(6);

    /** Nobody still begins a history that was made so long before. */
    private static final Duration BEGINNING_MAX = Duration.ofMinutes(5);

    private final Parts parts;
    private final KnownLogs known;
    private final Set<Uid> settled = ConcurrentHashMap.newKeySet();
    private final Set<Uid> otherServers = new HashSet<>();
    private final Map<Uid, Long> seenAt = new HashMap<>();

    SettleHistory(Parts parts, KnownLogs known) {
        this.parts = parts;
        this.known = known;
    }

    /** Whether this was settled. */
    boolean isSettled(Uid incarnation) {
        return settled.contains(incarnation);
    }

    /**
     * Looks whether this log is a history of its own, and tells the repository if it is; makes it the log of another one if
     * that has its bytes.
     *
     * @return whether that is decided; if not, it is to be asked again
     */
    boolean isSettled(SpooledLog log) throws InterruptedException {
        if (isSettled(log.lineage().incarnation())) {
            return true;
        }
        if (log.end().isEmpty() && !hasStored(log)) {
            if (!hasReceived(log) || isUndecided(log)) {
                return false;
            }
            parts.reached("stream.before-announce");
            Shipment.announce(parts, log);
            if (isUndecided(log)) {
                return false;
            }
        }
        Shipment.announce(parts, log);
        settled.add(log.lineage().incarnation());
        return true;
    }

    /** Before there is a byte, nobody could join, and nobody needs to wait for it. */
    static boolean hasReceived(SpooledLog log) {
        return log.received().isAfter(log.first());
    }

    private boolean hasStored(SpooledLog log) throws InterruptedException {
        return log.announced() && !parts.archive().cover(log.lineage().incarnation()).isEmpty();
    }

    private boolean isUndecided(SpooledLog log) throws InterruptedException {
        var undecided = false;
        for (var sibling : siblings(log.lineage())) {
            if (join(log, sibling)) {
                return false;
            }
            undecided |= isWaitedFor(sibling, log.lineage());
        }
        return undecided;
    }

    /** Histories that can turn out to be the same one: what others have begun since this one was. */
    private List<Lineage> siblings(Lineage own) throws InterruptedException {
        return parts.archive()
                .lineages()
                .known()
                .stream()
                .filter(each -> !each.incarnation().equals(own.incarnation()) && each.origin().equals(own.origin())
                        && each.segmentBytes() == own.segmentBytes())
                .filter(each -> !own.descent().proven() || each.descent().equals(own.descent()))
                .filter(each -> !known.isBefore(each.incarnation(), own.incarnation()))
                .filter(each -> !otherServers.contains(each.incarnation()))
                .toList();
    }

    /** Makes the log the sibling's, if all that a server must show of that is in the log and is the same. */
    private boolean join(SpooledLog log, Lineage sibling) throws InterruptedException {
        var continuation = parts.archive().continuation(sibling);
        if (continuation.span().isEmpty() || !has(log, continuation.span().get())) {
            return false;
        }
        var span = continuation.span().get();
        try {
            if (!continuation.proveWithin(span, log).contains(new WalSpan(span.end() - 1, span.end()))) {
                return false;
            }
        } catch (WalFault.Diverges e) {
            otherServers.add(sibling.incarnation());
            return false;
        }
        var own = log.lineage().incarnation();
        if (!known.rename(log, sibling)) {
            return false;
        }
        parts.say(new ReceiverEvent.Joined(own, sibling.incarnation(), new Lsn(span.end())));
        return true;
    }

    private static boolean has(SpooledLog log, WalSpan span) {
        return !log.first().isAfter(new Lsn(span.start())) && !log.received().isBefore(new Lsn(span.end()));
    }

    private boolean isWaitedFor(Lineage sibling, Lineage own) {
        if (otherServers.contains(sibling.incarnation())
                || sibling.made().isBefore(own.made().minus(BEGINNING_MAX))) {
            return false;
        }
        var now = parts.clocks().nanoTime().getAsLong();
        var since = seenAt.computeIfAbsent(sibling.incarnation(), _ -> now);
        return now - since < patience(sibling, own).toNanos();
    }

    private Duration patience(Lineage sibling, Lineage own) {
        var least = parts.options().slots().temporary() ? BACKUP_WAITS : RECEIVER_WAITS;
        return own.incarnation().compareTo(sibling.incarnation()) < 0 ? least : least.plus(LATER_NAME_WAITS_MORE);
    }
}
