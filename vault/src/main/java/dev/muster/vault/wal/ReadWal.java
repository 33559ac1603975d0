// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.StoreException;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands out one span, byte by byte from whichever range has a good copy. The range that reaches furthest is tried
 * first; one whose digest is wrong comes last, but its frames authenticate by themselves and may still be good.
 */
final class ReadWal {

    private final WalAccess access;
    private final RangeObjects objects;
    private final Uid incarnation;
    private final WalSpan span;
    private final List<RangeEntry> entries = new ArrayList<>();
    private final List<StoredRange> loaded = new ArrayList<>();
    private final Set<RangeEntry> tried = new HashSet<>();
    private final Map<String, String> bad = new LinkedHashMap<>();
    private boolean vanished;

    ReadWal(WalAccess access, RangeObjects objects, Uid incarnation, WalSpan span) {
        this.access = access;
        this.objects = objects;
        this.incarnation = incarnation;
        this.span = span;
    }

    /** Hands out the span; returns what is wrong with ranges that were tried, by key. */
    Map<String, String> into(WalSink sink) throws IOException, InterruptedException {
        objects.list(incarnation, span, entries::add);
        var lsn = span.start();
        while (lsn != span.end()) {
            var reached = forward(lsn, sink);
            if (reached == lsn && vanished) {
                listAgain(lsn);
                reached = forward(lsn, sink);
            }
            if (reached == lsn) {
                throw gap(lsn);
            }
            lsn = reached;
        }
        return bad;
    }

    /** What was collected since it was listed has one that stands in for it: reading may take longer than the grace of gc. */
    private void listAgain(long lsn) throws InterruptedException {
        vanished = false;
        entries.clear();
        objects.list(incarnation, new WalSpan(lsn, span.end()), entry -> {
            if (!tried.contains(entry)) {
                entries.add(entry);
            }
        });
    }

    /** Hands out some bytes from this LSN on; returns where the next one is, which is the same LSN if nobody has it. */
    private long forward(long lsn, WalSink sink) throws IOException, InterruptedException {
        loaded.removeIf(range -> Long.compareUnsigned(range.entry().span().end(), lsn) <= 0);
        for (var next = best(lsn); next.isPresent(); next = best(lsn)) {
            entries.remove(next.get());
            tried.add(next.get());
            var range = load(next.get());
            if (range.isPresent()) {
                var reached = hand(range.get(), lsn, sink);
                if (reached != lsn) {
                    return reached;
                }
            }
        }
        for (var range : loaded) {
            var reached = range.entry().span().contains(lsn) ? hand(range, lsn, sink) : lsn;
            if (reached != lsn) {
                return reached;
            }
        }
        return lsn;
    }

    private Optional<RangeEntry> best(long lsn) {
        return entries.stream()
                .filter(entry -> entry.span().contains(lsn))
                .max(Comparator.comparing(entry -> entry.span().end(), Long::compareUnsigned));
    }

    private Optional<StoredRange> load(RangeEntry entry) throws InterruptedException {
        try {
            var range = objects.whole(entry);
            loaded.add(range);
            if (range.whole()) {
                return Optional.of(range);
            }
            bad.put(entry.toString(), "its bytes are not those of its digest");
        } catch (VaultFault e) {
            bad.put(entry.toString(), e.what());
        } catch (StoreException.NotFound _) {
            vanished = true;
        } catch (StoreException.OutOfRange e) {
            bad.put(entry.toString(), e.what());
        }
        return Optional.empty();
    }

    /** Hands out frames from this LSN on, up to the first bad one. */
    private long hand(StoredRange range, long from, WalSink sink) throws IOException, InterruptedException {
        var lsn = from;
        for (var frame : range.head().frames()) {
            if (lsn == span.end()) {
                break;
            }
            if (frame.span().contains(lsn)) {
                var plain = open(range, frame);
                if (plain.isEmpty()) {
                    break;
                }
                var until = WalSpan.earlier(frame.span().end(), span.end());
                sink.accept(lsn, plain.get(), (int) (lsn - frame.lsn()), (int) (until - lsn));
                lsn = until;
            }
        }
        return lsn;
    }

    private Optional<byte[]> open(StoredRange range, RangeFrame frame) {
        try {
            return Optional.of(range.open(access.chain().opener(), frame));
        } catch (VaultFault.Damage e) {
            bad.putIfAbsent(range.entry().toString(), e.what());
            return Optional.empty();
        }
    }

    private WalFault gap(long lsn) {
        var next = entries.stream()
                .map(entry -> entry.span().start())
                .filter(start -> Long.compareUnsigned(start, lsn) > 0)
                .min(Long::compareUnsigned)
                .map(WalSpan::lsn)
                .orElse("the end");
        return new WalFault.Gap(incarnation, lsn, next);
    }
}
