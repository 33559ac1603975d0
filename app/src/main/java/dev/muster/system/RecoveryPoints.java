// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.restore.BackupPoint;
import dev.muster.postgres.restore.RecoveryWindow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a system can be taken back to.
 *
 * @param snapshots newest first
 * @param windows in which every moment can be reached, newest history last
 * @param gaps in the WAL between them
 * @param notes what could not be taken into account, each a sentence
 */
public record RecoveryPoints(List<Point> snapshots, List<Window> windows, List<Gap> gaps, List<String> notes) {

    public RecoveryPoints {
        snapshots = List.copyOf(snapshots);
        windows = List.copyOf(windows);
        gaps = List.copyOf(gaps);
        notes = List.copyOf(notes);
    }

    /**
     * A snapshot.
     *
     * @param tags what people said of it
     * @param restorable whether all that it needs is there
     */
    public record Point(BackupPoint snapshot, Map<String, String> tags, boolean restorable) {

        public Point {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * A stretch of one history in which every moment can be reached.
     *
     * @param lastEnd when the newest transaction in it ended, by the primary's clock; empty if that was not looked for or
     *        there is none
     */
    public record Window(RecoveryWindow span, Optional<Instant> lastEnd) {

        /** The newest moment that is known to be in it, by the primary's clock. */
        public Optional<Instant> to() {
            var newest = span.endTime().or(() -> lastEnd);
            return isSnapshotAlone() || newest.isEmpty() ? span.startTime() : newest;
        }

        /** Whether no moment after the snapshot is known to be in it: it is to be named by its id. */
        public boolean isSnapshotAlone() {
            var newest = span.endTime().or(() -> lastEnd);
            return span.startTime().isPresent() && newest.filter(span.startTime().get()::isBefore).isEmpty();
        }
    }

    /**
     * WAL that is not there.
     *
     * @param timeline whose it is
     * @param from the first byte that is missing
     * @param to the first byte that is there again
     * @param fromTime the primary's clock at its beginning, if it is known
     * @param toTime about when it ended, if that is known
     */
    public record Gap(TimelineId timeline, Lsn from, Lsn to, Optional<Instant> fromTime, Optional<Instant> toTime) {}

    /** The newest moment that can be gone back to, by the primary's clock. */
    public Optional<Instant> newest() {
        return windows.stream().flatMap(window -> window.to().stream()).max(Instant::compareTo);
    }

    /**
     * Whether this newest moment is one up to which everything was there that had been acknowledged: not that of a
     * standby's snapshot alone, as nothing tells how far behind its primary the standby was.
     */
    boolean isOfPrimary(Instant newest) {
        return windows.stream().filter(window -> window.to().filter(newest::equals).isPresent())
                .anyMatch(window -> !window.isSnapshotAlone()
                        || !window.span().points().getLast().facts().data().fromStandby());
    }
}
