// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Remembers when the server was first heard to have flushed how much. Not thread-safe. */
final class RpoMeter {

    /** When there are more, neighbours are joined, and the older time counts. */
    static final int MOMENTS_MAX = 2_048;

    private final Duration silenceMax;

    /** When it was first known that the server's log reaches at least this position. */
    private final TreeMap<Lsn, Long> moments = new TreeMap<>();
    private Lsn serverEnd = Lsn.ZERO;
    private long heardAt;
    private boolean heard;

    /** What the server had when it was first heard of: nobody knows since when. */
    private Lsn ageless = Lsn.ZERO;

    /** @param silenceMax how long the server may say nothing until what it has flushed is unknown */
    RpoMeter(Duration silenceMax) {
        this.silenceMax = silenceMax;
    }

    /** The server says that its log reaches this position. */
    void heard(Lsn end, long nanos) {
        if (!heard || end.isAfter(serverEnd)) {
            moments.put(end, since(nanos));
            serverEnd = end;
            if (moments.size() > MOMENTS_MAX) {
                thin();
            }
        }
        heard = true;
        heardAt = nanos;
    }

    /** Forgets what everybody has. */
    void settled(Lsn everywhere) {
        moments.headMap(everywhere, true).clear();
    }

    /** After a silence, what is new may be as old as the silence. */
    private long since(long nanos) {
        return heard && Duration.ofNanos(nanos - heardAt).compareTo(silenceMax) > 0 ? heardAt : nanos;
    }

    /**
     * A connection begins, on a timeline that may be another, with a log that may be shorter. What the server has by then
     * it may have had since it was last heard of; the first time, since nobody knows when.
     */
    void restart(Lsn end, long nanos) {
        moments.tailMap(end, false).clear();
        moments.putIfAbsent(end, heard ? heardAt : nanos);
        ageless = heard && ageless.isBefore(end) ? ageless : end;
        serverEnd = end;
        heard(end, nanos);
    }

    /** The RPO of a place that has everything before this position. */
    Rpo rpo(Lsn has, long nanos) {
        if (!heard || has.isBefore(ageless)) {
            return new Rpo.Never();
        }
        var missing = moments.higherEntry(has);
        var age = missing == null ? Duration.ZERO : Duration.ofNanos(nanos - missing.getValue());
        var silent = Duration.ofNanos(nanos - heardAt);
        return silent.compareTo(silenceMax) > 0 ? new Rpo.Unknown(age, silent) : new Rpo.Known(age);
    }

    Lsn serverEnd() {
        return serverEnd;
    }

    private void thin() {
        var joined = new TreeMap<Lsn, Long>();
        Map.Entry<Lsn, Long> before = null;
        for (var moment : moments.entrySet()) {
            if (before == null) {
                before = moment;
            } else {
                joined.put(moment.getKey(), before.getValue());
                before = null;
            }
        }
        if (before != null) {
            joined.put(before.getKey(), before.getValue());
        }
        moments.clear();
        moments.putAll(joined);
    }
}
