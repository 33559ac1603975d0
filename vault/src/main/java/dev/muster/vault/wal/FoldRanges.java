// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one range out of those that lie in one span. The frames move unopened, so this needs no key that opens or names
 * them; the digests of the objects that they come from are verified first.
 */
final class FoldRanges {

    private final RangeObjects objects;
    private final WalRoll roll;
    private final Lineage lineage;
    private final WalSpan span;

    FoldRanges(RangeObjects objects, WalRoll roll, Lineage lineage, WalSpan span) {
        this.objects = objects;
        this.roll = roll;
        this.lineage = lineage;
        this.span = span;
    }

    private record Piece(StoredRange range, RangeFrame frame) {}

    /** Puts the folded range, unless one range holds the span already. */
    PutRange fold() throws InterruptedException {
        var entries = new ArrayList<RangeEntry>();
        objects.list(lineage.incarnation(), span, entry -> {
            if (span.contains(entry.span())) {
                entries.add(entry);
            }
        });
        var folded = entries.stream().filter(entry -> entry.span().equals(span)).findFirst();
        if (folded.isPresent()) {
            return new PutRange(span, folded.get().length(), false);
        }
        var sources = new ArrayList<StoredRange>();
        for (var entry : entries) {
            read(entry).filter(StoredRange::whole).ifPresent(sources::add);
        }
        return put(chain(sources), sources);
    }

    /** Empty if it went meanwhile: what stands in for it is listed too, or comes with the next attempt. */
    private Optional<StoredRange> read(RangeEntry entry) throws InterruptedException {
        try {
            return Optional.of(objects.whole(entry));
        } catch (StoreException.NotFound _) {
            return Optional.empty();
        }
    }

    /** Frames that cover the span, each beginning where the one before ends. */
    private List<Piece> chain(List<StoredRange> sources) {
        var byStart = new HashMap<Long, Piece>();
        for (var range : sources) {
            for (var frame : range.head().frames()) {
                var known = byStart.get(frame.lsn());
                if (known == null || known.frame.plainLength() < frame.plainLength()) {
                    byStart.put(frame.lsn(), new Piece(range, frame));
                }
            }
        }
        requireEqualIds(sources);
        var chain = new ArrayList<Piece>();
        for (var lsn = span.start(); lsn != span.end();) {
            var piece = byStart.get(lsn);
            if (piece == null) {
                throw new WalFault.NotFoldable(lineage.incarnation(), span,
                        "no good frame begins at " + WalSpan.lsn(lsn));
            }
            chain.add(piece);
            lsn = piece.frame.span().end();
        }
        return chain;
    }

    private void requireEqualIds(List<StoredRange> sources) {
        record Cut(WalSpan span, int epoch) {}
        var ids = new HashMap<Cut, Digest>();
        for (var range : sources) {
            for (var frame : range.head().frames()) {
                var known = ids.putIfAbsent(new Cut(frame.span(), range.epoch(frame)), frame.id());
                if (known != null && !known.equals(frame.id())) {
                    throw new WalFault.Diverges(lineage.incarnation(), frame.span(), range.entry().toString());
                }
            }
        }
    }

    private PutRange put(List<Piece> chain, List<StoredRange> sources) throws InterruptedException {
        var frames = new ArrayList<RangeFrame>();
        var length = chain.stream().mapToInt(piece -> piece.frame.frameLength()).sum();
        var bytes = new byte[length];
        var offset = 0;
        for (var piece : chain) {
            var frame = piece.frame;
            System.arraycopy(piece.range.bytes(), piece.range.dataAt() + frame.offset(), bytes, offset,
                    frame.frameLength());
            frames.add(new RangeFrame(frame.lsn(), frame.plainLength(), frame.id(), frame.frameLength(), offset));
            offset += frame.frameLength();
        }
        var first = chain.getFirst().range.head();
        var last = chain.getLast().range.head();
        var head = new RangeHead(RangeHead.Place.of(lineage, span), first.previous(), replaced(chain, sources),
                roll.headsSeen(), last.times(), frames);
        return new PutRange(span, objects.put(head, bytes, length).length(), true);
    }

    /** The sources that say nothing which the folded range does not say: each of their frames is in it. */
    private static List<Digest> replaced(List<Piece> chain, List<StoredRange> sources) {
        Set<Map.Entry<WalSpan, Digest>> moved = new HashSet<>();
        chain.forEach(piece -> moved.add(Map.entry(piece.frame.span(), piece.frame.id())));
        return sources.stream()
                .filter(range -> range.head()
                        .frames()
                        .stream()
                        .allMatch(frame -> moved.contains(Map.entry(frame.span(), frame.id()))))
                .map(range -> range.entry().digest())
                .toList();
    }
}
