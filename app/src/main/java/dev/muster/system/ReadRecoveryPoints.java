// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.restore.BackupPoint;
import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.postgres.restore.Recoverable;
import dev.muster.postgres.restore.RecoveryWindow;
import dev.muster.postgres.restore.SearchLog;
import dev.muster.postgres.restore.WalHistory;
import dev.muster.system.RecoveryPoints.Gap;
import dev.muster.system.RecoveryPoints.Point;
import dev.muster.system.RecoveryPoints.Window;
import dev.muster.vault.Vault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.WalArchive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out where a system can be taken back to. Nothing is changed, and no file of a snapshot is read. */
public final class ReadRecoveryPoints {

    private static final int HISTORY_CHARS = 8;

    private final Vault vault;
    private final WalArchive archive;

    /** @param archive of the same repository */
    public ReadRecoveryPoints(Vault vault, WalArchive archive) {
        this.vault = vault;
        this.archive = archive;
    }

    /** Where this system can be taken back to now. */
    public RecoveryPoints read(String system) throws InterruptedException {
        return read(new ReadRecoverable(vault, archive).read(system));
    }

    RecoveryPoints read(Recoverable recoverable) throws InterruptedException {
        var windows = new ArrayList<Window>();
        for (var window : recoverable.windows()) {
            windows.add(new Window(window, lastEnd(recoverable, window)));
        }
        return new RecoveryPoints(points(recoverable, windows), windows, gaps(recoverable.histories()),
                notes(recoverable));
    }

    static List<String> notes(Recoverable recoverable) {
        var notes = new ArrayList<>(recoverable.notes());
        for (var history : recoverable.histories()) {
            before(history, recoverable.histories()).filter(gap -> !gap.from().isBefore(gap.to()))
                    .ifPresent(gap -> notes.add("Timeline " + history.timeline() + " ("
                            + history.incarnation().hex().substring(0, HISTORY_CHARS) + ") begins at " + gap.to()
                            + ", not behind " + gap.from()
                            + ", where the WAL before it ended, but that it goes on from "
                            + "that was never proven: no snapshot before it leads into it."));
        }
        return notes;
    }

    /** Looks for the newest transaction where it is not known until when the WAL reaches. */
    private Optional<Instant> lastEnd(Recoverable recoverable, RecoveryWindow window)
            throws InterruptedException {
        var reach = recoverable.reach(window.points().getLast(), window.history().incarnation());
        return window.endTime().isPresent() || reach.isEmpty()
                ? Optional.empty()
                : new SearchLog(archive).lastTransaction(reach.get());
    }

    private List<Point> points(Recoverable recoverable, List<Window> windows) throws InterruptedException {
        var tags = vault.snapshots().stream()
                .collect(Collectors.toMap(head -> head.id().hex(), ReadRecoveryPoints::tags));
        var restorable = windows.stream().flatMap(window -> window.span().points().stream()).map(BackupPoint::id)
                .collect(Collectors.toSet());
        return recoverable.points().stream()
                .sorted(Comparator.comparing(BackupPoint::taken).reversed())
                .map(point -> new Point(point, tags.getOrDefault(point.id(), Map.of()),
                        restorable.contains(point.id())))
                .toList();
    }

    private static Map<String, String> tags(SnapshotHead head) {
        return head.body().tags();
    }

    static List<Gap> gaps(List<WalHistory> histories) {
        var gaps = new ArrayList<Gap>();
        for (var history : histories) {
            before(history, histories).filter(gap -> gap.from().isBefore(gap.to())).ifPresent(gaps::add);
            for (var hole : history.holes()) {
                var from = new Lsn(hole.start());
                gaps.add(new Gap(history.timeline(), from, new Lsn(hole.end()), history.timeAt(from),
                        Optional.empty()));
            }
        }
        return gaps;
    }

    /** What is missing between a history and the one that it was gone on from when the server had the rest no more. */
    private static Optional<Gap> before(WalHistory history, List<WalHistory> histories) {
        var descent = history.lineage().descent();
        if (descent.proven() || descent.parent().isEmpty() || history.isOnlyAnnounced()) {
            return Optional.empty();
        }
        var parent = histories.stream().filter(each -> each.incarnation().equals(descent.parent().get())).findFirst();
        var from = new Lsn(descent.fork());
        var fromTime = parent.flatMap(each -> each.timeAt(from));
        // The beginning is by the primary's clock, the end by the receiver's: they may disagree.
        var toTime = Optional.of(history.lineage().made()).filter(made -> fromTime.filter(made::isBefore).isEmpty());
        return Optional.of(new Gap(history.timeline(), from, history.first(), fromTime, toTime));
    }
}
