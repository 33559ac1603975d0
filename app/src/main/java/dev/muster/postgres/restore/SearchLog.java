// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.record.LogRecord;
import dev.muster.postgres.wal.record.LogRecord.Event;
import dev.muster.postgres.wal.record.LogScan;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Searches the WAL of a repository by reading it, from as near to the target as is known. */
public final class SearchLog implements WalSearch {

    private static final int FOUND_MAX = 8;

    /** What one call of the archive reads, so that the search can end before the WAL does. */
    private static final long STRIDE_BYTES = 16L << 20;

    private static final int LOOKED_BACK_MAX = 8;

    private final WalArchive archive;

    public SearchLog(WalArchive archive) {
        this.archive = archive;
    }

    @Override
    public List<Found> find(Reach reach, RecoveryTarget target) throws InterruptedException {
        return switch (target) {
            case RecoveryTarget.Time time -> first(reach, start(reach, time.moment()), record -> record.event()
                    .filter(Event.TransactionEnd.class::isInstance)
                    .map(Event::time)
                    .filter(at -> time.exclusive() ? !at.isBefore(time.moment()) : at.isAfter(time.moment())));
            case RecoveryTarget.Position position -> first(reach, position.lsn(),
                    record -> record.begins().isBefore(position.lsn()) ? Optional.empty() : Optional.of(Instant.EPOCH));
            case RecoveryTarget.Transaction transaction -> all(reach, event -> event instanceof Event.TransactionEnd end
                    && end.xid() == transaction.xid());
            case RecoveryTarget.Named named -> all(reach, event -> event instanceof Event.RestorePoint point
                    && point.name().equals(named.name()));
            case RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _ -> List.of();
        };
    }

    private interface Wanted {
        boolean is(Event event);
    }

    private List<Found> first(Reach reach, Lsn from, Function<LogRecord, Optional<Instant>> wanted)
            throws InterruptedException {
        var found = new ArrayList<Found>();
        scan(reach, from, record -> {
            if (!record.begins().isBefore(reach.start())) {
                wanted.apply(record).ifPresent(time -> found.add(new Found(record.begins(), record.ends(), time)));
            }
            return found.isEmpty();
        });
        return found.isEmpty() ? found : List.of(found.getFirst());
    }

    private List<Found> all(Reach reach, Wanted wanted) throws InterruptedException {
        var found = new ArrayList<Found>();
        scan(reach, reach.start(), record -> {
            if (!record.begins().isBefore(reach.start())) {
                record.event().filter(wanted::is)
                        .ifPresent(event -> found.add(new Found(record.begins(), record.ends(), event.time())));
            }
            return found.size() < FOUND_MAX;
        });
        return found;
    }

    @Override
    public Lsn lastEnd(Reach reach) throws InterruptedException {
        var size = segments(reach);
        var start =
                reach.end().minus(Lsn.ZERO) == 0 ? reach.end() : new Lsn(reach.end().value() - 1).segmentStart(size);
        while (true) {
            var scan = scan(reach, start, _ -> true);
            var first = reach.point().facts().start().segmentStart(size);
            if (scan.end().isAfter(start) || !start.isAfter(first)) {
                return scan.end();
            }
            start = new Lsn(start.value() - size.bytes());
        }
    }

    @Override
    public Optional<Instant> lastTransaction(Reach reach) throws InterruptedException {
        var from = WalSpan.floor(Math.max(reach.end().value() - 1, 0), STRIDE_BYTES);
        var until = reach.end();
        for (var stride = 0; stride < LOOKED_BACK_MAX && !until.isBefore(reach.start()); stride++) {
            var newest = new ArrayList<Instant>();
            var before = until;
            scan(reach, new Lsn(from), record -> {
                record.event().filter(Event.TransactionEnd.class::isInstance).map(Event::time).ifPresent(newest::add);
                return record.ends().isBefore(before);
            });
            if (!newest.isEmpty()) {
                return Optional.of(newest.stream().max(Comparator.naturalOrder()).orElseThrow());
            }
            until = new Lsn(from);
            from = Math.max(from - STRIDE_BYTES, 0);
        }
        return Optional.empty();
    }

    /** The last position of which is known that nothing before it is younger than the moment. */
    private Lsn start(Reach reach, Instant moment) throws InterruptedException {
        var low = reach.start();
        var high = reach.end();
        while (high.minus(low) > STRIDE_BYTES) {
            var middle = low.plus(high.minus(low) / 2);
            var time = archive.timeAtMost(reach.holding(middle).incarnation(), middle.value());
            if (time.filter(at -> !at.isAfter(moment)).isPresent()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private interface Each {
        /** Whether to go on. */
        boolean take(LogRecord record);
    }

    /** Hands out the records from the segment of a position on, to the end of the path. */
    private LogScan scan(Reach reach, Lsn from, Each each) throws InterruptedException {
        var size = segments(reach);
        var goOn = new boolean[]{true};
        var start = from.segmentStart(size);
        var scan = new LogScan(size, start, record -> goOn[0] = goOn[0] && each.take(record));
        for (var at = start; goOn[0] && !scan.ended() && at.isBefore(reach.end());) {
            var holder = holder(reach, at);
            var until = WalSpan.earlier(at.value() + STRIDE_BYTES - at.value() % STRIDE_BYTES, reach.end().value());
            var end = new Lsn(WalSpan.earlier(until, handOver(reach, holder)));
            read(holder, new WalSpan(at.value(), end.value()), scan);
            at = end;
        }
        return scan;
    }

    private void read(WalHistory history, WalSpan span, LogScan scan) throws InterruptedException {
        try {
            archive.read(history.incarnation(), span, (_, bytes, offset, length) -> scan.accept(bytes, offset, length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whose bytes a recovery reads at a position: a child's from the beginning of the segment in which it forked. */
    private static WalHistory holder(Reach reach, Lsn position) {
        var path = reach.path();
        for (var at = path.size() - 1; at > 0; at--) {
            if (!position.isBefore(path.get(at).first())) {
                return path.get(at);
            }
        }
        return path.getFirst();
    }

    private static long handOver(Reach reach, WalHistory holder) {
        var next = reach.path().indexOf(holder) + 1;
        return next < reach.path().size() ? reach.path().get(next).first().value() : reach.end().value();
    }

    private static WalSegmentSize segments(Reach reach) {
        return reach.point().facts().walSegment();
    }
}
