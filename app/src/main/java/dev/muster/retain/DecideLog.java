// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides what WAL of one history is released: whole segments of which no byte is needed. The last two stay in any case, since
 * they show where the history ends and by them a receiver is known to go on with it.
 */
public final class DecideLog {

    private static final long LSN_MAX = -1;

    private final HistoryLog log;
    private final long segment;

    private DecideLog(HistoryLog log) {
        this.log = log;
        this.segment = log.segmentBytes();
    }

    /**
     * Decides.
     *
     * @param needed what must stay, in any order
     */
    public static LogDecision decide(HistoryLog log, Collection<WalSpan> needed) {
        DecideLog decide = new DecideLog(log);
        WalCover releases = decide.mayGo()
                .map(span -> decide.releases(span, needed))
                .orElse(WalCover.NOTHING);
        return new LogDecision(log, log.stored().minus(log.released()).minus(releases), releases);
    }

    /** All but the last two segments. */
    private Optional<WalSpan> mayGo() {
        if (log.stored().isEmpty()) {
            return Optional.empty();
        }
        long from = WalSpan.floor(log.first(), segment);
        long last = WalSpan.floor(log.stored().end().getAsLong() - 1, segment);
        long until = last - WalSpan.earlier(last, segment);
        return Long.compareUnsigned(from, until) < 0 ? Optional.of(new WalSpan(from, until)) : Optional.empty();
    }

    private WalCover releases(WalSpan mayGo, Collection<WalSpan> needed) {
        List<WalSpan> segments = needed.stream()
                .map(this::whole)
                .sorted(Comparator.comparing(WalSpan::start, Long::compareUnsigned))
                .toList();
        WalCover free = WalCover.of(List.of(mayGo)).minus(WalCover.of(segments)).minus(log.released());
        return new WalCover(free.spans()
                .stream()
                .filter(span -> log.stored().spans().stream().anyMatch(span::overlaps))
                .toList());
    }

    /** The segments in which a span lies. */
    private WalSpan whole(WalSpan span) {
        long lastSegment = WalSpan.floor(span.end() - 1, segment);
        long end = lastSegment == WalSpan.floor(LSN_MAX, segment) ? LSN_MAX : lastSegment + segment;
        return new WalSpan(WalSpan.floor(span.start(), segment), end);
    }
}
