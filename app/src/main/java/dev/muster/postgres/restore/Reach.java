// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a recovery gets that begins with one snapshot and follows one path.
 *
 * @param point the snapshot
 * @param path the histories that it goes through, that of the snapshot first
 * @param end up to where the WAL is there without a gap
 */
public record Reach(BackupPoint point, List<WalHistory> path, Lsn end) {

    public Reach {
        path = List.copyOf(path);
    }

    /** The history that it ends on. */
    public WalHistory last() {
        return path.getLast();
    }

    /** The first position that it can be stopped at. */
    public Lsn start() {
        return point.facts().stop();
    }

    /** The first moment that it can be stopped at. */
    public Instant startTime() {
        return point.facts().consistentAt();
    }

    /** The primary's clock at the end, if it is known: everything that was acknowledged until then is there. */
    public Optional<Instant> endTime() {
        return last().timeAt(end);
    }

    /** Whether it can be stopped at this position. */
    public boolean contains(Lsn position) {
        return !position.isBefore(start()) && !position.isAfter(end);
    }

    /** Whether it can be stopped at this moment, as far as is known. */
    public boolean contains(Instant moment) {
        return !moment.isBefore(startTime()) && !endTime().filter(moment::isAfter).isPresent();
    }

    /** The WAL that it leads through: of each history on its path the part that is read. */
    public List<WalNeed> log() {
        var log = new ArrayList<WalNeed>();
        var from = point.needs().getLast().start();
        for (var at = 0; at < path.size(); at++) {
            var history = path.get(at);
            var until = at == path.size() - 1 ? end.value() : path.get(at + 1).lineage().descent().fork();
            if (Long.compareUnsigned(from, until) < 0) {
                log.add(new WalNeed(history.incarnation(), history.timeline().number(), from, until));
            }
            from = at == path.size() - 1 ? until : path.get(at + 1).first().value();
        }
        return log;
    }

    /** The history on its path that holds this position. */
    public WalHistory holding(Lsn position) {
        for (var at = 1; at < path.size(); at++) {
            if (path.get(at).fork().orElseThrow().isAfter(position)) {
                return path.get(at - 1);
            }
        }
        return last();
    }
}
