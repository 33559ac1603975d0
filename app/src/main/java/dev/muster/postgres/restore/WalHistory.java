// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One history of a cluster's WAL, and what the repository holds of it.
 *
 * @param lineage who it is and where it comes from
 * @param cover which bytes are there, without those that were released and that no snapshot needs
 * @param released what need not be there
 * @param times the primary's clock at some positions: what lies before the position is not younger
 */
public record WalHistory(Lineage lineage, WalCover cover, WalCover released, SortedMap<Lsn, Instant> times) {

    public WalHistory {
        times = Collections.unmodifiableSortedMap(new TreeMap<>(times));
    }

    /** The name under which its bytes are stored. */
    public Uid incarnation() {
        return lineage.incarnation();
    }

    /** Its number. */
    public TimelineId timeline() {
        return TimelineId.of(lineage.origin().timeline());
    }

    /** Whether nothing of it was ever stored: whoever announced it brought no byte, so none of it can be missed. */
    public boolean isOnlyAnnounced() {
        return cover.spans().isEmpty();
    }

    /** Where it left its parent, if the parent is known and its bytes were seen to be the same. */
    public Optional<Lsn> fork() {
        var descent = lineage.descent();
        return descent.parent().filter(parent -> descent.proven()).map(parent -> new Lsn(descent.fork()));
    }

    /** Its own first byte. */
    public Lsn first() {
        return new Lsn(lineage.descent().first());
    }

    /** The end of the bytes that are there without a gap from this one on; nothing if it is not there itself. */
    public Optional<Lsn> coveredTo(Lsn from) {
        return cover.around(from.value()).map(span -> new Lsn(span.end()));
    }

    /** What is missing between bytes that are there, but for what was released. */
    public List<WalSpan> holes() {
        var between = new ArrayList<WalSpan>();
        for (var at = 1; at < cover.spans().size(); at++) {
            var from = cover.spans().get(at - 1).end();
            var until = cover.spans().get(at).start();
            between.add(new WalSpan(from, until));
        }
        return WalCover.of(between).minus(released).spans();
    }

    /** The primary's clock at this position, if it is known. */
    public Optional<Instant> timeAt(Lsn position) {
        return Optional.ofNullable(times.get(position));
    }
}
