// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of the snapshots of a system.
 *
 * @param all newest first
 * @param windowFrom from when on every moment is promised; empty if no snapshot is to be believed
 * @param bases the stretches that reach into the window, and from which snapshot each is kept
 * @param warnings what somebody should look at, in sentences
 * @param unmet what the policy promises and is not there, in sentences
 */
public record Decisions(List<Decision> all, Optional<Instant> windowFrom, Map<Stretch, String> bases,
        List<String> warnings,
        List<String> unmet) {

    public Decisions {
        all = List.copyOf(all);
        bases = Map.copyOf(bases);
        warnings = List.copyOf(warnings);
        unmet = List.copyOf(unmet);
    }

    public List<Snapshot> kept() {
        return all.stream().filter(Decision::kept).map(Decision::snapshot).toList();
    }

    public List<Snapshot> expiring() {
        return all.stream().filter(decision -> !decision.kept()).map(Decision::snapshot).toList();
    }

    /** Whether more than half of the snapshots expire. */
    public boolean takeMost() {
        return expiring().size() * 2 > all.size();
    }
}
