// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.snapshot.WalCoverage;
import dev.muster.vault.snapshot.WalNeed;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers from the archive what a snapshot needs to know before it may be committed. Thread-safe. */
public final class CoverNeeds implements WalCoverage {

    private final WalArchive archive;

    public CoverNeeds(WalArchive archive) {
        this.archive = archive;
    }

    /** Reads the heads of all ranges concerned: a key alone says nothing. */
    @Override
    public Optional<String> missing(WalNeed need, Predicate<Digest> excluded) throws InterruptedException {
        try {
            return missingOf(need, excluded);
        } catch (WalFault.NoSuchHistory e) {
            return Optional.of("the lineage of incarnation " + e.subject());
        }
    }

    private Optional<String> missingOf(WalNeed need, Predicate<Digest> excluded) throws InterruptedException {
        var ancestry = archive.ancestry(need.incarnation());
        if (ancestry.getFirst().origin().timeline() != need.timeline()) {
            return Optional.of("timeline " + need.timeline() + " in incarnation " + need.incarnation());
        }
        for (var lineage : ancestry) {
            if (lineage.origin().timeline() > 1 && lineage.origin().history().length == 0) {
                return Optional.of(lineage.historyFileName());
            }
        }
        return need.start() == need.end() ? Optional.empty() : missingBytes(need, excluded);
    }

    private Optional<String> missingBytes(WalNeed need, Predicate<Digest> excluded)
            throws InterruptedException {
        var span = new WalSpan(need.start(), need.end());
        var gap = archive.confirm(need.incarnation(), span, excluded).firstGap(span);
        return gap.isEmpty()
                ? Optional.empty()
                : Optional.of("the WAL from " + WalSpan.lsn(gap.getAsLong()) + " on, of " + span);
    }
}
