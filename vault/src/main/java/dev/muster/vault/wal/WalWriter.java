// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes the ranges of one lineage, one after another, and compares what is put with what is stored wherever they
 * overlap. It remembers the ranges near the newest one, so that putting one more costs one request; what others put
 * there meanwhile it sees when it looks again. Not thread-safe.
 */
public final class WalWriter implements AutoCloseable {

    /** What is remembered behind the newest byte: two segments, but no more ranges than this. */
    private static final int RANGES_MAX = 8_192;

    private final RangeObjects objects;
    private final WalRoll roll;
    private final Lineage lineage;
    private final RangeSealer sealer;
    private final CompareRanges comparison;
    private final NavigableSet<RangeEntry> known = new TreeSet<>(
            Comparator.comparing((RangeEntry entry) -> entry.span().start(), Long::compareUnsigned)
                    .thenComparing(entry -> entry.span().end(), Long::compareUnsigned)
                    .thenComparing(RangeEntry::digest));

    /** Empty for one that cannot be read or does not count. */
    private final Map<RangeEntry, Optional<RangeHead>> heads = new HashMap<>();

    /** Where all ranges are remembered, others' as of the last look; empty before the first. */
    private Optional<WalSpan> watched = Optional.empty();

    /** @param level of zstd */
    WalWriter(WalAccess access, RangeObjects objects, WalRoll roll, Lineage lineage, int level) {
        this.objects = objects;
        this.roll = roll;
        this.lineage = lineage;
        this.sealer = new RangeSealer(access, level);
        this.comparison = new CompareRanges(access, objects);
    }

    public Lineage lineage() {
        return lineage;
    }

    /** The longest range that may begin here: to the end of its segment, at most 16 MiB. */
    public WalSpan longestAt(long start) {
        var unit = Math.min(lineage.segmentBytes(), RangeHead.RANGE_BYTES_MAX);
        return new WalSpan(start, WalSpan.floor(start, unit) + unit);
    }

    /** Learns which ranges overlap this span, whoever put them. */
    public void look(WalSpan span) throws InterruptedException {
        objects.list(lineage.incarnation(), span, known::add);
        watch(span);
    }

    /**
     * Makes a span durable. Bytes that are stored already are compared and, if one range holds exactly these, not
     * stored again.
     *
     * @param span within one segment, at most 16 MiB: see {@link #longestAt}
     * @param primary the primary's time when its log ended at the last byte, if known
     * @param received this host's time when it had the last byte
     * @throws WalFault.Diverges if other bytes are stored for any of these; nothing was stored
     */
    public PutRange put(WalSpan span, Optional<Instant> primary, Instant received, WalSource source)
            throws InterruptedException {
        return put(span, new RangeHead.Times(primary, received), source, false);
    }

    /**
     * Makes one range of those that lie within the span, out of the bytes themselves. It compares with what other
     * writers have put, and is of use once the span will not grow any more.
     *
     * @throws WalFault.Diverges if other bytes are stored for any of these; nothing was stored
     */
    public PutRange replace(WalSpan span, WalSource source) throws InterruptedException {
        look(span);
        var times = readable(span).entrySet()
                .stream()
                .filter(each -> span.contains(each.getKey().span()))
                .max(Comparator.comparing(each -> each.getKey().span().end(), Long::compareUnsigned))
                .orElseThrow(() -> new WalFault.NotFoldable(lineage.incarnation(), span, "nothing of them is stored"))
                .getValue()
                .times();
        return put(span, times, source, true);
    }

    private PutRange put(WalSpan span, RangeHead.Times times, WalSource source, boolean replacing)
            throws InterruptedException {
        requireFirst(span);
        if (watched.filter(region -> region.reaches(span.start())).isEmpty()) {
            look(span);
        }
        var overlapping = compared(span, source);
        for (var entry : overlapping.keySet()) {
            if (entry.span().equals(span)) {
                return new PutRange(span, entry.length(), false);
            }
        }
        var replaced = overlapping.keySet()
                .stream()
                .filter(entry -> replacing && span.contains(entry.span()))
                .map(RangeEntry::digest)
                .toList();
        var frames = sealer.seal(span, source);
        var head = new RangeHead(RangeHead.Place.of(lineage, span), previous(span), replaced, roll.headsSeen(), times,
                frames);
        var entry = objects.put(head, sealer.sealed(), sealer.length());
        known.add(entry);
        heads.put(entry, Optional.of(head));
        watch(span);
        forget();
        return new PutRange(span, entry.length(), true);
    }

    private void requireFirst(WalSpan span) {
        if (Long.compareUnsigned(span.start(), lineage.descent().first()) < 0) {
            throw new IllegalArgumentException(span + " begins before the history does");
        }
    }

    /** The ranges that overlap the span and hold the same; what was collected since it was seen has one that stands in for it. */
    private Map<RangeEntry, RangeHead> compared(WalSpan span, WalSource source) throws InterruptedException {
        try {
            return same(span, source);
        } catch (StoreException.NotFound _) {
            known.clear();
            heads.clear();
            watched = Optional.empty();
            look(span);
            return same(span, source);
        }
    }

    private Map<RangeEntry, RangeHead> same(WalSpan span, WalSource source) throws InterruptedException {
        var overlapping = readable(span);
        for (var each : overlapping.entrySet()) {
            comparison.compare(each.getKey(), each.getValue(), span, source);
        }
        return overlapping;
    }

    /** The ranges that overlap the span, with their heads, as far as these can be read. */
    private Map<RangeEntry, RangeHead> readable(WalSpan span) throws InterruptedException {
        var readable = new LinkedHashMap<RangeEntry, RangeHead>();
        for (var entry : known) {
            if (entry.span().overlaps(span)) {
                head(entry).ifPresent(head -> readable.put(entry, head));
            }
        }
        return readable;
    }

    private Optional<RangeHead> head(RangeEntry entry) throws InterruptedException {
        var head = heads.get(entry);
        if (head == null) {
            head = objects.readableHead(entry);
            heads.put(entry, head);
        }
        return head;
    }

    private List<Digest> previous(WalSpan span) {
        var before = span.start() - 1;
        return known.stream()
                .filter(entry -> span.start() != 0 && entry.span().contains(before))
                .map(RangeEntry::digest)
                .toList();
    }

    private void forget() {
        var newest = known.last().span().start();
        var oldest = WalSpan.floor(newest, lineage.segmentBytes());
        oldest -= WalSpan.earlier(oldest, lineage.segmentBytes());
        while (known.size() > RANGES_MAX || Long.compareUnsigned(known.first().span().end(), oldest) <= 0) {
            var forgotten = known.pollFirst();
            heads.remove(forgotten);
            watched = watched.flatMap(region -> region.from(forgotten.span().end()));
        }
    }

    private void watch(WalSpan span) {
        watched = watched.filter(region -> region.reaches(span.start()) || span.reaches(region.start()))
                .map(region -> new WalSpan(WalSpan.earlier(region.start(), span.start()),
                        WalSpan.later(region.end(), span.end())))
                .or(() -> Optional.of(span));
    }

    @Override
    public void close() {
        sealer.close();
    }
}
