// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The write-ahead log in one repository. Thread-safe. */
public final class WalArchive {

    private static final int HEADS_AT_ONCE = 8;
    private static final int TIMES_LOOKED_AT_MAX = 256;
    private static final long TIMES_LOOKED_AHEAD_BYTES = 256L << 20;
    private static final long END_LOOKED_AHEAD_BYTES = 256L << 20;

    private final WalAccess access;
    private final WalRoll roll;
    private final WalRequests.Tally tally = new WalRequests.Tally();
    private final LineageBook lineages;
    private final RangeObjects objects;

    public WalArchive(WalAccess access, WalRoll roll) {
        this.access = access;
        this.roll = roll;
        this.lineages = new LineageBook(access, tally);
        this.objects = new RangeObjects(access, tally);
    }

    /** All histories. */
    public Lineages lineages() throws InterruptedException {
        return lineages.all();
    }

    /** A history and its ancestors, itself first. */
    public List<Lineage> ancestry(Uid incarnation) throws InterruptedException {
        return lineages.ancestry(incarnation);
    }

    /**
     * Which history has the bytes that a recovery along this one reads, newest first. A parent's bytes past the fork
     * belong to what became of the parent, not to its child.
     */
    public List<Stretch> path(Uid incarnation) throws InterruptedException {
        var path = new ArrayList<Stretch>();
        for (var lineage : ancestry(incarnation)) {
            var until = path.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(path.getLast().lineage.descent().fork());
            path.add(new Stretch(lineage, until));
        }
        return path;
    }

    /**
     * One history on a path.
     *
     * @param lineage has its own bytes from its first on
     * @param until LSN of the first byte that does not belong to the path; empty for the newest history
     */
    public record Stretch(Lineage lineage, OptionalLong until) {}

    /** The history files that a recovery along this history can ask for, by name. */
    public Map<String, byte[]> historyFiles(Uid incarnation) throws InterruptedException {
        var files = new TreeMap<String, byte[]>();
        for (var lineage : ancestry(incarnation)) {
            if (lineage.origin().history().length > 0) {
                files.put(lineage.historyFileName(), lineage.origin().history());
            }
        }
        return files;
    }

    /** Begins a history under a new name, and says so on the roll. */
    public Lineage begin(Lineage.Origin origin, Lineage.Descent descent, Server server) throws InterruptedException {
        var lineage = draft(origin, descent, server);
        announce(lineage);
        return lineage;
    }

    /** A history under a new name that the repository does not know yet: see {@link #announce}. */
    public Lineage draft(Lineage.Origin origin, Lineage.Descent descent, Server server) {
        return new Lineage(Uid.random(access.random()), origin, descent, server.segmentBytes, server.versionNumber,
                access.clock().instant().truncatedTo(ChronoUnit.MICROS), server.host);
    }

    /**
     * Makes the repository know a history, and says so on the roll. Its ancestors must be known. Can be repeated.
     *
     * @throws WalFault.NoSuchHistory if an ancestor is not known
     */
    public void announce(Lineage lineage) throws InterruptedException {
        var parent = lineage.descent().parent();
        if (parent.isPresent()) {
            ancestry(parent.get());
        }
        if (!lineages().known().contains(lineage)) {
            lineages.put(lineage);
        }
        roll.lineageBegun(lineage.incarnation());
    }

    /**
     * What is known of a server when a history begins.
     *
     * @param segmentBytes size of its segments
     * @param versionNumber {@code server_version_num}: 170004
     * @param host this host
     */
    public record Server(int segmentBytes, int versionNumber, String host) {}

    /**
     * Writes to one history.
     *
     * @param level of zstd
     */
    public WalWriter writer(Lineage lineage, int level) {
        return new WalWriter(access, objects, roll, lineage, level);
    }

    /** What the keys say is there of a history. Nothing is read: see {@link #confirm}. */
    public WalCover cover(Uid incarnation) throws InterruptedException {
        var union = new WalCover.Union();
        objects.list(incarnation, entry -> union.add(entry.span()));
        return union.cover();
    }

    /** What of a history was released, and need not be there but for what snapshots need. */
    public WalCover released(Uid incarnation) throws InterruptedException {
        return roll.released(incarnation);
    }

    /**
     * Where a history ends now, by its keys, that ended here or later when it was last looked at. Only the keys about there
     * are listed, unless it has gone on a long way since, or what was there is gone: what lies far behind a hole is not
     * seen.
     */
    public OptionalLong endFrom(Uid incarnation, long end) throws InterruptedException {
        var near = new WalSpan(end - 1, end + END_LOOKED_AHEAD_BYTES);
        var there = cover(incarnation, near);
        var goesOn = there.end().equals(OptionalLong.of(near.end()));
        return there.around(end - 1).isEmpty() || goesOn ? cover(incarnation).end() : there.end();
    }

    /** What the keys say is there of this span. */
    public WalCover cover(Uid incarnation, WalSpan span) throws InterruptedException {
        var union = new WalCover.Union();
        objects.list(incarnation, span, entry -> union.add(entry.span().intersection(span)));
        return union.cover();
    }

    /** What is there of this span by the heads of the ranges, authenticated, as long as their frames say. */
    public WalCover confirm(Uid incarnation, WalSpan span) throws InterruptedException {
        return confirm(incarnation, span, _ -> false);
    }

    /** The same without some ranges, which are named by the digests of their objects. */
    WalCover confirm(Uid incarnation, WalSpan span, Predicate<Digest> excluded) throws InterruptedException {
        return WalCover.of(heads(incarnation, span).stream()
                .filter(known -> !excluded.test(known.entry().digest()))
                .map(known -> known.entry().span().intersection(span))
                .toList());
    }

    /**
     * Hands out these bytes in order, each from whichever range has a good copy.
     *
     * @throws WalFault.Gap if nobody has one; what lies before was handed out
     * @throws WalFault.Released if that is because they were released
     */
    public ReadReport read(Uid incarnation, WalSpan span, WalSink sink) throws IOException, InterruptedException {
        try {
            return new ReadReport(new ReadWal(access, objects, incarnation, span).into(sink));
        } catch (WalFault.Gap gap) {
            if (roll.released(incarnation).around(gap.from()).isPresent()) {
                throw new WalFault.Released(incarnation, gap.from());
            }
            throw gap;
        }
    }

    /** What a server must show before its bytes may follow those of this history. */
    public Continuation continuation(Lineage lineage) throws InterruptedException {
        var comparison = new CompareRanges(access, objects);
        var newest = new NewestRanges(lineage);
        objects.list(lineage.incarnation(), newest::add);
        var span = newest.compared();
        return new Continuation(span, span.isEmpty() ? List.of() : heads(newest.of(span.get())), comparison);
    }

    /** What is stored of this span, for bytes of the same to be compared with it. */
    public Continuation stored(Lineage lineage, WalSpan span) throws InterruptedException {
        return new Continuation(Optional.of(span), heads(lineage.incarnation(), span),
                new CompareRanges(access, objects));
    }

    /**
     * The primary's time at the first place at or after this LSN for which it is known: nothing before the LSN is
     * younger. Empty if none is known.
     */
    public Optional<Instant> timeAtMost(Uid incarnation, long lsn) throws InterruptedException {
        var ahead = new ArrayList<RangeEntry>();
        var before = lsn - WalSpan.earlier(lsn, 1);
        objects.list(incarnation, new WalSpan(before, lsn + TIMES_LOOKED_AHEAD_BYTES), entry -> {
            if (Long.compareUnsigned(entry.span().end(), lsn) >= 0) {
                ahead.add(entry);
            }
        });
        ahead.sort(Comparator.comparing(entry -> entry.span().end(), Long::compareUnsigned));
        for (var entry : ahead.subList(0, Math.min(ahead.size(), TIMES_LOOKED_AT_MAX))) {
            var time = readable(entry).flatMap(known -> known.head().times().primary());
            if (time.isPresent()) {
                return time;
            }
        }
        return Optional.empty();
    }

    /**
     * When the byte before this LSN was received, by the clock of whoever received it: at the latest, if several ranges
     * hold it, that of the earliest. Empty if no range that ends here can be read.
     */
    public Optional<Instant> receivedAt(Uid incarnation, long lsn) throws InterruptedException {
        return lsn == 0
                ? Optional.empty()
                : heads(incarnation, new WalSpan(lsn - 1, lsn)).stream()
                        .filter(known -> known.entry().span().end() == lsn)
                        .map(known -> known.head().times().received())
                        .min(Comparator.naturalOrder());
    }

    /**
     * Makes one range of those that lie within the span. Nothing is opened; the ranges that it replaces stay until
     * garbage is collected.
     *
     * @throws WalFault.NotFoldable if they do not cover the span frame by frame
     */
    public PutRange fold(Lineage lineage, WalSpan span) throws InterruptedException {
        return new FoldRanges(objects, roll, lineage, span).fold();
    }

    /** The segments, or 16 MiB of them, that lie whole in the span and in more than one range, oldest first. */
    public List<WalSpan> unfolded(Lineage lineage, WalSpan within) throws InterruptedException {
        var unit = Math.min(lineage.segmentBytes(), RangeHead.RANGE_BYTES_MAX);
        var folded = new TreeMap<Long, Boolean>(Long::compareUnsigned);
        objects.list(lineage.incarnation(), within, entry -> {
            var start = WalSpan.floor(entry.span().start(), unit);
            folded.merge(start, entry.span().length() == unit, Boolean::logicalOr);
        });
        return folded.entrySet()
                .stream()
                .filter(each -> !each.getValue())
                .map(each -> new WalSpan(each.getKey(), each.getKey() + unit))
                .filter(within::contains)
                .toList();
    }

    /**
     * Finds the ranges of a history that nothing needs any more.
     *
     * @param released as the roll says
     * @param needed whether somebody needs bytes of a span
     */
    public void leftovers(Lineage lineage, WalCover released, Predicate<WalSpan> needed, Leftovers into)
            throws InterruptedException {
        new FindLeftovers(objects, lineage, released, needed, into).run();
    }

    /** What this archive has asked of the store since it was opened. */
    public WalRequests requests() {
        return tally.sum();
    }

    private List<Continuation.Known> heads(Uid incarnation, WalSpan span) throws InterruptedException {
        var entries = new ArrayList<RangeEntry>();
        objects.list(incarnation, span, entries::add);
        return heads(entries);
    }

    private List<Continuation.Known> heads(List<RangeEntry> entries) throws InterruptedException {
        var tasks = new ArrayList<Task<Optional<Continuation.Known>>>();
        var heads = new ArrayList<Continuation.Known>();
        try (var scope = Scope.open("wal-heads", HEADS_AT_ONCE)) {
            for (var entry : entries) {
                tasks.add(scope.submit(() -> readable(entry)));
            }
            for (var task : tasks) {
                task.await().ifPresent(heads::add);
            }
        }
        return heads;
    }

    private Optional<Continuation.Known> readable(RangeEntry entry) throws InterruptedException {
        return objects.readableHead(entry).map(head -> new Continuation.Known(entry, head));
    }
}
