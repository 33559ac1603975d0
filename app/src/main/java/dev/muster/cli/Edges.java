// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.system.RecoveryPoints.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The edges of a window as they are printed: moments in it, so that each can be given to a restore. To the second if the
 * window holds a whole one, else as finely as is needed.
 *
 * @param from empty if it is not known; the snapshot's id if that is all that can be named
 * @param to empty if it is not known, or the snapshot is alone
 * @param snapshotAlone whether there is no moment that can be named
 */
record Edges(Optional<String> from, Optional<String> to, boolean snapshotAlone) {

    /** How finely moments are printed, and what that looks like. */
    private record Grain(ChronoUnit unit, DateTimeFormatter format) {

        static Grain of(ChronoUnit unit, String pattern) {
            return new Grain(unit, DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC));
        }

        Instant up(Instant moment) {
            var whole = down(moment);
            return whole.equals(moment) ? whole : whole.plus(1, unit);
        }

        Instant down(Instant moment) {
            return moment.truncatedTo(unit);
        }

        String print(Instant moment) {
            return format.format(moment);
        }
    }

    /** The last is that of PostgreSQL's own clock, and the finest that a target can have. */
    private static final List<Grain> GRAINS = List.of(Grain.of(ChronoUnit.SECONDS, "uuuu-MM-dd HH:mm:ss'Z'"),
            Grain.of(ChronoUnit.MILLIS, "uuuu-MM-dd HH:mm:ss.SSS'Z'"),
            Grain.of(ChronoUnit.MICROS, "uuuu-MM-dd HH:mm:ss.SSSSSS'Z'"));

    static Edges of(Window window) {
        return window.isSnapshotAlone()
                ? alone(window)
                : of(window.span().startTime(), window.to())
                        .orElseGet(() -> alone(window));
    }

    /** No moment leads there for certain, its id does. */
    private static Edges alone(Window window) {
        return new Edges(Optional.of(window.span().points().getLast().shortId()), Optional.empty(), true);
    }

    /** Nothing if no moment that can be printed lies between them. */
    static Optional<Edges> of(Optional<Instant> from, Optional<Instant> to) {
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.of(new Edges(from.map(Figures::momentFrom), to.map(Figures::moment), false));
        }
        for (var grain : GRAINS) {
            var first = grain.up(from.get());
            var last = grain.down(to.get());
            if (!first.isAfter(last)) {
                return Optional.of(new Edges(Optional.of(grain.print(first)), Optional.of(grain.print(last)), false));
            }
        }
        return Optional.empty();
    }
}
