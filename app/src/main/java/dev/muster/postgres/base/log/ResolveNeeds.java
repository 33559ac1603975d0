// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says under which names the repository has the ranges that a backup needs, once it has all of them. */
final class ResolveNeeds {

    private final WalArchive archive;
    private final List<WalRange> ranges;

    ResolveNeeds(WalArchive archive, List<WalRange> ranges) {
        this.archive = archive;
        this.ranges = ranges;
    }

    /** The needs on the way to this history, if every byte of them is there. */
    Optional<List<WalNeed>> along(Uid incarnation) throws InterruptedException {
        var path = archive.path(incarnation).stream().map(WalArchive.Stretch::lineage).toList();
        var needs = new ArrayList<WalNeed>();
        for (var range : ranges) {
            var need = path.stream().filter(each -> each.origin().timeline() == range.timeline().number()).findFirst()
                    .map(each -> need(each, range));
            if (need.isEmpty() || !isThere(need.get())) {
                return Optional.empty();
            }
            needs.add(need.get());
        }
        return Optional.of(needs);
    }

    /** How far the last range is there. */
    Lsn reached(Uid incarnation) throws InterruptedException {
        var last = ranges.getLast();
        var span = new WalSpan(last.start().value(), last.end().value());
        var gap = archive.cover(incarnation, span).firstGap(span);
        return gap.isPresent() ? new Lsn(gap.getAsLong()) : last.end();
    }

    /** Recovery reads the segment in which it begins from its beginning. */
    private static WalNeed need(Lineage lineage, WalRange range) {
        var start = range.start().segmentStart(new WalSegmentSize(lineage.segmentBytes()));
        var own = WalSpan.later(start.value(), lineage.descent().first());
        return new WalNeed(lineage.incarnation(), range.timeline().number(), own, range.end().value());
    }

    private boolean isThere(WalNeed need) throws InterruptedException {
        if (need.start() == need.end()) {
            return true;
        }
        var span = new WalSpan(need.start(), need.end());
        return archive.cover(need.incarnation(), span).contains(span);
    }
}
