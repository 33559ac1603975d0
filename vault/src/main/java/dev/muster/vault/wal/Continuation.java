// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server must show before its bytes may follow those that are stored (docs/format.md, answer 23): the same bytes
 * for the last stored segment, and for the one before if that holds little.
 */
public final class Continuation {

    private final Optional<WalSpan> span;
    private final List<Known> known;
    private final CompareRanges comparison;

    record Known(RangeEntry entry, RangeHead head) {}

    /** @param span what must be compared; empty if nothing is stored */
    Continuation(Optional<WalSpan> span, List<Known> known, CompareRanges comparison) {
        this.span = span;
        this.known = List.copyOf(known);
        this.comparison = comparison;
    }

    /** Which bytes must be compared: from the beginning of a segment to the stored end. Empty if nothing is stored. */
    public Optional<WalSpan> span() {
        return span;
    }

    /**
     * Compares them.
     *
     * @param offered has all bytes of the span
     * @throws WalFault.Diverges if they are others
     */
    public void prove(WalSource offered) throws InterruptedException {
        if (span.isPresent()) {
            proveWithin(span.get(), offered);
        }
    }

    /**
     * Compares as many of them as are there, which proves less.
     *
     * @param available what the source has
     * @return which bytes were compared: those of frames that lie wholly in what the source has, which can be none
     * @throws WalFault.Diverges if they are others
     */
    public WalCover proveWithin(WalSpan available, WalSource offered) throws InterruptedException {
        var compared = new ArrayList<WalSpan>();
        for (var each : known) {
            try {
                comparison.compare(each.entry, each.head, available, offered).forEach(compared::add);
            } catch (StoreException.NotFound _) {
                // It was collected since it was listed: what stands in for it was listed then, and is compared too.
            }
        }
        return WalCover.of(compared);
    }
}
