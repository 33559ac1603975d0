// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.wal.HistoryFile;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides where to go on with a server's log, from what the server says and what is known: never on a newer timeline
 * than the one that the known log ends on, or its tail would be skipped.
 */
final class PlanResume {

    /** Where to go on. */
    sealed interface Plan {}

    /** Nothing is known, or the user says that what is known does not matter. */
    record Begin() implements Plan {}

    /** Go on where this log ends, on its timeline, which the server may have left since. */
    record Resume(KnownLog log) implements Plan {}

    /**
     * The server left this log's timeline before the log ends: what lies behind is of a branch that was given up.
     *
     * @param parent the log
     * @param next the timeline that follows on the server's way
     * @param fork where it begins
     */
    record Branch(KnownLog parent, TimelineId next, Lsn fork) implements Plan {}

    private final ServerLog server;
    private final Collection<KnownLog> known;

    PlanResume(ServerLog server, Collection<KnownLog> known) {
        this.server = server;
        this.known = known;
    }

    /**
     * Decides.
     *
     * @param newHistory whether the user says that this server is the right one whatever is known
     * @throws ReceiverFault if this is not the server whose log is known
     */
    Plan plan(boolean newHistory) {
        if (known.isEmpty() || newHistory) {
            return new Begin();
        }
        var sameSystem = known.stream().filter(server::isOfItsCluster).toList();
        if (sameSystem.isEmpty()) {
            // The others are other systems': see RefuseForeign.
            return new Begin();
        }
        var onTheWay = sameSystem.stream().filter(this::isOnTheWay).toList();
        var last = onTheWay.stream()
                .filter(log -> children(log, onTheWay).isEmpty())
                .max(Comparator.comparing((KnownLog log) -> log.lineage().origin().timeline())
                        .thenComparing(KnownLog::written)
                        .thenComparing(log -> log.lineage().made()))
                .orElseThrow(() -> new ReceiverFault.AbandonedTimeline(server.toString(), names(sameSystem)));
        return plan(last, sameSystem);
    }

    private Plan plan(KnownLog last, List<KnownLog> sameSystem) {
        var timeline = TimelineId.of(last.lineage().origin().timeline());
        var fork = server.history().endOf(timeline);
        if (fork.isPresent()) {
            return last.end().isAfter(fork.get())
                    ? new Branch(last, following(timeline), fork.get())
                    : new Resume(last);
        }
        var elsewhere = children(last, sameSystem);
        if (!elsewhere.isEmpty()) {
            throw new ReceiverFault.AbandonedTimeline(server.toString(), names(elsewhere));
        }
        if (last.end().isAfter(server.position()) && !server.server().standby()) {
            throw new ReceiverFault.ServerBehind(server.toString(), last.toString());
        }
        return new Resume(last);
    }

    /** Whether the server came along this log's timeline, in the same way. */
    private boolean isOnTheWay(KnownLog log) {
        var timeline = TimelineId.of(log.lineage().origin().timeline());
        if (!server.history().passes(timeline)) {
            return false;
        }
        if (timeline.equals(server.history().timeline())) {
            return Arrays.equals(log.lineage().origin().history(), server.origin().history());
        }
        return history(log.lineage(), timeline).equals(Optional.of(server.history().until(timeline)));
    }

    private static Optional<HistoryFile> history(Lineage lineage, TimelineId timeline) {
        try {
            return Optional.of(HistoryFile.parse(timeline, lineage.origin().history()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private TimelineId following(TimelineId timeline) {
        var way = server.history().timelines();
        return way.get(way.indexOf(timeline) + 1);
    }

    private static List<KnownLog> children(KnownLog log, Collection<KnownLog> among) {
        Optional<Uid> self = Optional.of(log.lineage().incarnation());
        return among.stream().filter(other -> other.lineage().descent().parent().equals(self)).toList();
    }

    private static String names(Collection<KnownLog> logs) {
        return logs.stream().map(KnownLog::toString).sorted().collect(Collectors.joining("; "));
    }
}
