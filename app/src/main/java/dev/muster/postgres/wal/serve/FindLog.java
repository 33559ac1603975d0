// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds files of the log for a recovery along one history. Safe for use by any thread. */
final class FindLog {

    private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");
    private static final Pattern BACKUP = Pattern.compile("[0-9A-F]{24}\\.[0-9A-F]{8}\\.backup");

    private final WalArchive archive;
    private final Optional<Lsn> end;
    private final WalSegmentSize size;
    private final List<WalArchive.Stretch> path;
    private final Map<String, byte[]> histories;
    private final LookAhead lookAhead;

    /**
     * @param incarnation the history along which is recovered; its ancestors' log is served too
     * @param end where that history's log is known to end, if it is, though there may be more behind a gap
     */
    FindLog(WalArchive archive, Uid incarnation, Optional<Lsn> end) throws InterruptedException {
        this.archive = archive;
        this.end = end;
        this.path = archive.path(incarnation);
        this.size = new WalSegmentSize(path.getFirst().lineage().segmentBytes());
        this.histories = histories(archive.lineages().known());
        this.lookAhead = new LookAhead(archive);
    }

    /**
     * Also of histories that are not on the way: a server that ends its recovery looks for a number that no timeline has
     * yet. Where two have the same number, the one on the way counts.
     */
    private Map<String, byte[]> histories(List<Lineage> known) {
        var server = path.getFirst().lineage().origin().systemIdentifier();
        var files = new HashMap<String, byte[]>();
        var onTheWay = path.reversed().stream().map(WalArchive.Stretch::lineage);
        Stream.concat(known.stream(), onTheWay)
                .filter(lineage -> lineage.origin().systemIdentifier() == server)
                .filter(lineage -> lineage.origin().history().length > 0)
                .forEach(lineage -> files.put(lineage.historyFileName(), lineage.origin().history()));
        return files;
    }

    /** What became of a search. */
    sealed interface Found {}

    /** The file, whole. */
    @SuppressWarnings("ArrayRecordComponent")
    record Content(byte[] bytes) implements Found {}

    /** There is none, for certain. */
    record Absent() implements Found {}

    /**
     * There should be one, and it cannot be had.
     *
     * @param isDamage whether that is because it is not in the repository any more, or not as it was stored
     */
    record Trouble(String why, boolean isDamage) implements Found {}

    WalSegmentSize segmentSize() {
        return size;
    }

    /** Whether the server can ask for a file of this name in an ordinary recovery. */
    static boolean isName(String name) {
        return WalSegmentName.matches(name) || HISTORY.matcher(name).matches() || BACKUP.matcher(name).matches();
    }

    Found find(String name) throws InterruptedException {
        if (WalSegmentName.matches(name)) {
            return segment(name);
        }
        if (HISTORY.matcher(name).matches()) {
            return Optional.ofNullable(histories.get(name)).<Found>map(Content::new).orElseGet(Absent::new);
        }
        return BACKUP.matcher(name).matches()
                ? new Absent()
                : new Trouble("this is not the name of a file of the log: " + name, false);
    }

    /**
     * A segment that the repository has whole; empty for any other, also if it has a part of it. One that was stored a while
     * ago may be overlooked.
     */
    Optional<Content> findWhole(String name) throws InterruptedException {
        var segment = parse(name);
        var stretch = segment.flatMap(this::stretch);
        if (stretch.isEmpty()) {
            return Optional.empty();
        }
        var start = segment.get().start().value();
        var span = new WalSpan(start, start + size.bytes());
        var reachesUntil = stretch.get().until().isPresent()
                && Long.compareUnsigned(stretch.get().until().getAsLong(), span.end()) < 0;
        var incarnation = stretch.get().lineage().incarnation();
        if (reachesUntil || !lookAhead.contains(incarnation, span)) {
            return Optional.empty();
        }
        return read(incarnation, span) instanceof Content content ? Optional.of(content) : Optional.empty();
    }

    /** The name of the segment that is asked for after this one; empty if this is the last that its history has. */
    Optional<String> following(String name) {
        var segment = parse(name).map(WalSegmentName::next);
        return segment.filter(next -> stretch(next).isPresent()).map(WalSegmentName::toString);
    }

    private Optional<WalSegmentName> parse(String name) {
        try {
            return Optional.of(WalSegmentName.parse(name, size));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Found segment(String name) throws InterruptedException {
        var segment = parse(name);
        if (segment.isEmpty()) {
            return new Trouble("this server's segments have another size than those that are stored: " + name, false);
        }
        if (path.stream().noneMatch(stretch -> isOn(stretch, segment.get()))) {
            return new Absent();
        }
        var stretch = stretch(segment.get());
        return stretch.isPresent() ? content(segment.get(), stretch.get()) : beforeOrAfter(segment.get());
    }

    /** A segment of a timeline on the way, but of no part of it that is on the way: behind its end, or in a gap. */
    private Found beforeOrAfter(WalSegmentName segment) {
        var isBefore = path.stream()
                .filter(stretch -> isOn(stretch, segment))
                .anyMatch(stretch -> segment.start().isBefore(new Lsn(stretch.lineage().descent().first())));
        return isBefore ? new Trouble("the log that is stored begins after " + segment, false) : new Absent();
    }

    private static boolean isOn(WalArchive.Stretch stretch, WalSegmentName segment) {
        return stretch.lineage().origin().timeline() == segment.timeline().number();
    }

    /** The stretch of the way that has a segment; after a gap there can be two of one timeline. */
    private Optional<WalArchive.Stretch> stretch(WalSegmentName segment) {
        var start = segment.start();
        return path.stream()
                .filter(stretch -> isOn(stretch, segment))
                .filter(stretch -> !start.isBefore(new Lsn(stretch.lineage().descent().first())))
                .filter(stretch -> stretch.until().isEmpty() || start.isBefore(new Lsn(stretch.until().getAsLong())))
                .findFirst();
    }

    private Found content(WalSegmentName segment, WalArchive.Stretch stretch) throws InterruptedException {
        var incarnation = stretch.lineage().incarnation();
        var start = segment.start().value();
        var end = WalSpan.earlier(start + size.bytes(), stretch.until().orElse(start + size.bytes()));
        var span = new WalSpan(start, end);
        var gap = archive.cover(incarnation, span).firstGap(span);
        if (gap.isEmpty()) {
            return read(incarnation, span);
        }
        if (stretch.until().isPresent() || isFollowed(incarnation, gap.getAsLong())) {
            return new Trouble("the log has a gap at " + WalSpan.lsn(gap.getAsLong()) + " in " + segment, true);
        }
        return gap.getAsLong() == start ? new Absent() : read(incarnation, new WalSpan(start, gap.getAsLong()));
    }

    /** Whether there is log after a place that lacks it: then the recovery must not end there, unless it is to. */
    private boolean isFollowed(Uid incarnation, long gap) throws InterruptedException {
        return end.filter(new Lsn(gap)::equals).isEmpty() && archive.cover(incarnation).next(gap).isPresent();
    }

    /** A segment's bytes; behind the end of the log are zeros, as in the server's own file. */
    private Found read(Uid incarnation, WalSpan span) throws InterruptedException {
        var segment = new byte[size.bytes()];
        try {
            archive.read(incarnation, span, (lsn, bytes, offset, length) -> System.arraycopy(bytes, offset, segment,
                    (int) (lsn - span.start()), length));
            return new Content(segment);
        } catch (WalFault.Gap | WalFault.Released e) {
            return new Trouble(e.what() + " " + e.subject(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
