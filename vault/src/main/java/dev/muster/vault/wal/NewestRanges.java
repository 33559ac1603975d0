// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ranges at the end of a history, out of a listing of all of it: those that a server must show before its bytes may
 * follow. One thread uses it.
 */
final class NewestRanges {

    /** Less of a segment than this does not show whose log it is: docs/format.md, answer 23. */
    private static final int COMPARED_BYTES_MIN = 1 << 20;

    private final Lineage lineage;
    private final List<RangeEntry> newest = new ArrayList<>();
    private long end;

    NewestRanges(Lineage lineage) {
        this.lineage = lineage;
    }

    /** Takes the ranges in the order of their starts, and holds those of the last two segments. */
    void add(RangeEntry entry) {
        newest.add(entry);
        var before = segment(end);
        end = WalSpan.later(end, entry.span().end());
        var first = segment(end) - Math.min(lineage.segmentBytes(), segment(end));
        if (segment(end) != before) {
            newest.removeIf(each -> Long.compareUnsigned(each.span().end(), first) <= 0);
        }
    }

    /** What is to be compared; empty if there is nothing. */
    Optional<WalSpan> compared() {
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        var from = segment(end);
        if (end - from < COMPARED_BYTES_MIN && Long.compareUnsigned(from, lineage.descent().first()) > 0) {
            from -= lineage.segmentBytes();
        }
        return Optional.of(new WalSpan(from, end));
    }

    /** Those that overlap a span of the last two segments. */
    List<RangeEntry> of(WalSpan span) {
        return newest.stream().filter(entry -> entry.span().overlaps(span)).toList();
    }

    /** The start of the segment of the byte before this LSN. */
    private long segment(long lsn) {
        return lsn == 0 ? 0 : WalSpan.floor(lsn - 1, lineage.segmentBytes());
    }
}
