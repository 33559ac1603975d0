// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Says in a few words what a repository holds: positions are numbers of segments of 16 MiB, moments are minutes. */
final class Repository {

    static final long SEGMENT = 16L << 20;
    private static final Instant MIDNIGHT = Instant.parse("2026-11-20T00:00:00Z");
    private static final long SYSTEM = 7;

    private final List<BackupPoint> points = new ArrayList<>();
    private final List<WalHistory> histories = new ArrayList<>();

    /** A position, in segments. */
    static Lsn at(double segment) {
        return new Lsn((long) (segment * SEGMENT));
    }

    /** A moment, in minutes after midnight. */
    static Instant minute(double minute) {
        return MIDNIGHT.plusMillis((long) (minute * 60_000));
    }

    static Uid uid(int name) {
        return new Uid(name, name);
    }

    /** WAL from one position to another, whose last byte was written at a moment. */
    record Wal(double from, double to, double minute) {}

    static Wal wal(double from, double to, double minute) {
        return new Wal(from, to, minute);
    }

    /** The history of a cluster that was made by initdb. */
    Repository first(int name, Wal... spans) {
        return history(name, 1, Lineage.Descent.begin(at(1).value()), 0, spans);
    }

    /** A history that left another one: the parent's clock stood at a moment there, the child began at another. */
    Repository child(int name, int timeline, int parent, double fork, double began, Wal... spans) {
        var descent = new Lineage.Descent(Optional.of(uid(parent)), at(fork).value(), true,
                WalSpan.floor(at(fork).value(), SEGMENT));
        return history(name, timeline, descent, began, spans);
    }

    /** A history that begins behind a gap. */
    Repository unproven(int name, int timeline, double first, double began, Wal... spans) {
        return history(name, timeline, Lineage.Descent.begin(at(first).value()), began, spans);
    }

    private Repository history(int name, int timeline, Lineage.Descent descent, double began, Wal... spans) {
        var lineage = new Lineage(uid(name), new Lineage.Origin(SYSTEM, timeline, new byte[0]), descent, (int) SEGMENT,
                160_004, minute(began), "db1");
        var cover = new ArrayList<WalSpan>();
        var times = new TreeMap<Lsn, Instant>();
        for (var span : spans) {
            cover.add(new WalSpan(at(span.from).value(), at(span.to).value()));
            if (span.minute >= 0) {
                times.put(at(span.to), minute(span.minute));
            }
        }
        histories.add(new WalHistory(lineage, new WalCover(cover), WalCover.NOTHING, times));
        return this;
    }

    /** The clock of a history at a position within its WAL. */
    Repository clock(int name, double position, double minute) {
        var history = histories.stream().filter(each -> each.incarnation().equals(uid(name))).findFirst().orElseThrow();
        var times = new TreeMap<>(history.times());
        times.put(at(position), minute(minute));
        histories.set(histories.indexOf(history),
                new WalHistory(history.lineage(), history.cover(), history.released(), times));
        return this;
    }

    /** Retention released this of a history. */
    Repository released(int name, double from, double to) {
        var history = histories.stream().filter(each -> each.incarnation().equals(uid(name))).findFirst().orElseThrow();
        var released = WalCover.of(List.of(new WalSpan(at(from).value(), at(to).value())));
        histories.set(histories.indexOf(history),
                new WalHistory(history.lineage(), history.cover(), released, history.times()));
        return this;
    }

    /** A snapshot of a history. */
    Repository snapshot(String id, int name, double start, double stop, double minute) {
        return snapshot(id, name, start, stop, minute, 0);
    }

    Repository snapshot(String id, int name, double start, double stop, double minute, long badPages) {
        var timeline = histories.stream().filter(each -> each.incarnation().equals(uid(name))).findFirst().orElseThrow()
                .timeline();
        var facts = new BackupFacts(new SystemId(SYSTEM), 160_004, timeline, at(start), at(stop), minute(minute),
                WalSegmentSize.DEFAULT, new BackupFacts.Data(true, badPages, false),
                new BackupFacts.Surroundings("postgres", BackupFacts.Configuration.INSIDE, 0));
        var need =
                new WalNeed(uid(name), timeline.number(), WalSpan.floor(at(start).value(), SEGMENT), at(stop).value());
        points.add(
                new BackupPoint(id, minute(minute), facts, List.of(need), new BackupPoint.Size(1000, 2_000_000_000L)));
        return this;
    }

    Recoverable recoverable() {
        return new Recoverable(points, histories, List.of());
    }

    static TimelineChoice timeline(int number) {
        return new TimelineChoice.Numbered(TimelineId.of(number));
    }
}
