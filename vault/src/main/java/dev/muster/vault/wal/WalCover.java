// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Uid;
import dev.muster.vault.roll.RollView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What ranges hold together.
 *
 * @param spans ascending; between two of them there is a gap
 */
public record WalCover(List<WalSpan> spans) {

    public static final WalCover NOTHING = new WalCover(List.of());

    public WalCover {
        spans = List.copyOf(spans);
    }

    /** The union of these. */
    public static WalCover of(Collection<WalSpan> spans) {
        var union = new Union();
        spans.stream().sorted(Comparator.comparing(WalSpan::start, Long::compareUnsigned)).forEach(union::add);
        return union.cover();
    }

    /** What the roll has released of a history. */
    public static WalCover released(RollView roll, Uid incarnation) {
        return of(roll.released(incarnation).stream().map(each -> new WalSpan(each.start(), each.end())).toList());
    }

    /** What of this the other does not hold. */
    public WalCover minus(WalCover other) {
        var left = spans;
        for (var gone : other.spans) {
            left = left.stream().flatMap(span -> without(span, gone)).toList();
        }
        return new WalCover(left);
    }

    private static Stream<WalSpan> without(WalSpan span, WalSpan gone) {
        if (!span.overlaps(gone)) {
            return Stream.of(span);
        }
        var before = Long.compareUnsigned(span.start(), gone.start()) < 0
                ? Stream.of(new WalSpan(span.start(), gone.start()))
                : Stream.<WalSpan>empty();
        return Stream.concat(before, span.from(gone.end()).stream());
    }

    /** What both hold. */
    public WalCover and(WalCover other) {
        return minus(minus(other));
    }

    /** How many bytes it holds. */
    public long bytes() {
        return spans.stream().mapToLong(WalSpan::length).sum();
    }

    /** Whether every byte of the span is there. */
    public boolean contains(WalSpan span) {
        return spans.stream().anyMatch(each -> each.contains(span));
    }

    /** LSN of the first byte of the span that is not there; empty if all are. */
    public OptionalLong firstGap(WalSpan span) {
        var lsn = span.start();
        for (var each : spans) {
            if (each.contains(lsn)) {
                lsn = each.end();
            }
        }
        return Long.compareUnsigned(lsn, span.end()) < 0 ? OptionalLong.of(lsn) : OptionalLong.empty();
    }

    /** The stretch that holds this byte, to its end. */
    public Optional<WalSpan> around(long lsn) {
        return spans.stream().filter(each -> each.contains(lsn)).findFirst();
    }

    /** The first stretch that begins at or after this LSN. */
    public Optional<WalSpan> next(long lsn) {
        return spans.stream().filter(each -> Long.compareUnsigned(each.start(), lsn) >= 0).findFirst();
    }

    public boolean isEmpty() {
        return spans.isEmpty();
    }

    /** LSN after the last byte that is there; empty if there is none. */
    public OptionalLong end() {
        return spans.isEmpty() ? OptionalLong.empty() : OptionalLong.of(spans.getLast().end());
    }

    /** Unites spans that come in the order of their starts, holding no more than the result. */
    static final class Union {

        private final List<WalSpan> spans = new ArrayList<>();

        void add(WalSpan span) {
            if (spans.isEmpty() || Long.compareUnsigned(span.start(), spans.getLast().end()) > 0) {
                spans.add(span);
            } else {
                var last = spans.removeLast();
                spans.add(new WalSpan(last.start(), WalSpan.later(last.end(), span.end())));
            }
        }

        WalCover cover() {
            return new WalCover(spans);
        }
    }
}
