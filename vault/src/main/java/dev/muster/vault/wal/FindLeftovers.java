// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the ranges of one history that nothing needs, segment by segment: those that were released, and
 * those for which a longer range stands in. The last two segments never go so: they show where the history ends,
 * and a receiver shows by them that it goes on with the same one.
 */
final class FindLeftovers {

    /**
     * A host that captures decides over what was stored this long before, and no further: whoever takes it over can put junk
     * that claims to stand in for ranges.
     */
    static final Duration REPLACED_WITHIN = Duration.ofDays(31);

    private static final int SEGMENTS_KEPT = 2;

    private final RangeObjects objects;
    private final Lineage lineage;
    private final WalCover released;
    private final Predicate<WalSpan> needed;
    private final Leftovers into;
    private final Deque<List<RangeEntry>> segments = new ArrayDeque<>();

    FindLeftovers(RangeObjects objects, Lineage lineage, WalCover released, Predicate<WalSpan> needed,
            Leftovers into) {
        this.objects = objects;
        this.lineage = lineage;
        this.released = released;
        this.needed = needed;
        this.into = into;
    }

    void run() throws InterruptedException {
        objects.list(lineage.incarnation(), this::take);
        while (!segments.isEmpty()) {
            judge(segments.remove(), false);
        }
    }

    private void take(RangeEntry entry) throws InterruptedException {
        boolean begins = segments.isEmpty() || segmentOf(segments.getLast().getFirst()) != segmentOf(entry);
        if (begins) {
            segments.add(new ArrayList<>());
        }
        segments.getLast().add(entry);
        if (segments.size() > SEGMENTS_KEPT) {
            judge(segments.remove(), true);
        }
    }

    private long segmentOf(RangeEntry entry) {
        return WalSpan.floor(entry.span().start(), lineage.segmentBytes());
    }

    private void judge(List<RangeEntry> segment, boolean mayGo) throws InterruptedException {
        Set<RangeEntry> gone = new HashSet<>();
        for (RangeEntry entry : segment) {
            if (mayGo && released.contains(entry.span()) && !needed.test(entry.span()) && head(entry).isPresent()) {
                gone.add(entry);
                found(entry, true);
            }
        }
        Map<Digest, List<Stand>> stands = stands(segment);
        for (RangeEntry entry : segment) {
            boolean replaced = stands.getOrDefault(entry.digest(), List.of())
                    .stream()
                    .anyMatch(stand -> !gone.contains(stand.entry) && stand.isFor(entry, needed));
            if (replaced && !gone.contains(entry)) {
                found(entry, false);
            }
        }
    }

    /** Which ranges say that they stand in for which: only who has another inside can. */
    private Map<Digest, List<Stand>> stands(List<RangeEntry> segment) throws InterruptedException {
        Map<Digest, List<Stand>> stands = new HashMap<>();
        for (RangeEntry entry : holders(segment)) {
            Optional<RangeObjects.Signed> signed = head(entry);
            if (signed.isPresent()) {
                Stand stand = new Stand(entry, signed.get().signer());
                signed.get()
                        .head()
                        .replaces()
                        .forEach(other -> stands.computeIfAbsent(other, _ -> new ArrayList<>()).add(stand));
            }
        }
        return stands;
    }

    /** The ranges that have another inside; a segment comes in the order of starts, then of ends. */
    private static List<RangeEntry> holders(List<RangeEntry> segment) {
        List<RangeEntry> holders = new ArrayList<>();
        long earliestEnd = -1;
        for (int at = segment.size() - 1; at >= 0; at--) {
            WalSpan span = segment.get(at).span();
            boolean holdsLater = Long.compareUnsigned(earliestEnd, span.end()) <= 0;
            if (holdsLater || (at > 0 && segment.get(at - 1).span().start() == span.start())) {
                holders.add(segment.get(at));
            }
            earliestEnd = WalSpan.earlier(earliestEnd, span.end());
        }
        return holders;
    }

    /** A range that says that it stands in for others. Since it names their digests, no two can name each other. */
    private record Stand(RangeEntry entry, Role signer) {

        boolean isFor(RangeEntry other, Predicate<WalSpan> needed) {
            if (!entry.span().contains(other.span())) {
                return false;
            }
            Duration apart = Duration.between(other.storeTime(), entry.storeTime());
            return signer != Role.CAPTURE
                    || (!needed.test(other.span()) && apart.compareTo(REPLACED_WITHIN) <= 0);
        }
    }

    private Optional<RangeObjects.Signed> head(RangeEntry entry) throws InterruptedException {
        try {
            return Optional.of(objects.collected(entry));
        } catch (StoreException.NotFound _) {
            return Optional.empty();
        } catch (VaultFault | StoreException.OutOfRange e) {
            into.unreadable(entry.toString(), e);
            return Optional.empty();
        }
    }

    private void found(RangeEntry entry, boolean isReleased) {
        into.found(ObjectKeys.wal(entry.incarnation(), entry.span().start(), entry.span().end(), entry.digest()),
                entry.length(), isReleased);
    }
}
