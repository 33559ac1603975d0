// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.WalSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * WAL of one history that a snapshot or a session needs.
 *
 * @param start LSN of the first byte; unsigned
 * @param end LSN behind the last one; unsigned
 */
record Need(long start, long end) {

    private static final long NO_END = -1;

    /** What is needed of each history. */
    static Map<Uid, List<Need>> all(Sight sight) {
        Map<Uid, List<Need>> needs = ofSessions(sight);
        for (SnapshotHead head : sight.live()) {
            head.body().needs().forEach(need -> add(need, need.end(), needs));
        }
        return needs;
    }

    /** What sessions need that have not ended; who has only announced itself does not know where that ends. */
    static Map<Uid, List<Need>> ofSessions(Sight sight) {
        Map<Uid, List<Need>> needs = new HashMap<>();
        for (Candidate candidate : sight.liveCandidates()) {
            boolean ends = candidate.step() != Candidate.Step.ANNOUNCED;
            candidate.needs().forEach(need -> add(need, ends ? need.end() : NO_END, needs));
        }
        return needs;
    }

    boolean overlaps(WalSpan span) {
        return Long.compareUnsigned(start, span.end()) < 0 && Long.compareUnsigned(span.start(), end) < 0;
    }

    private static void add(WalNeed need, long end, Map<Uid, List<Need>> needs) {
        needs.computeIfAbsent(need.incarnation(), _ -> new ArrayList<>()).add(new Need(need.start(), end));
    }
}
