// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * WAL without a gap, and the snapshots from which it can be replayed: every moment from the first of them to its end can be
 * reached.
 *
 * @param bases in the order of the WAL, at least one
 * @param end the newest moment in it, by the primary's clock; empty if that is not known
 */
public record Stretch(List<Base> bases, Optional<Instant> end) {

    public Stretch {
        bases = List.copyOf(bases);
    }

    /**
     * A snapshot on a stretch.
     *
     * @param snapshot its id
     * @param from the first moment that can be reached from it, by the primary's clock
     */
    public record Base(String snapshot, Instant from) {}

    /** Whether a moment at or after this one may lie in it; its end may lie before its bases if a clock was set back. */
    boolean reaches(Instant moment) {
        return end.filter(moment::isAfter).isEmpty() || bases.stream().anyMatch(base -> !base.from().isBefore(moment));
    }

    /** Whether one of these is a base of it. */
    boolean hasAny(Set<String> snapshots) {
        return bases.stream().anyMatch(base -> snapshots.contains(base.snapshot()));
    }
}
