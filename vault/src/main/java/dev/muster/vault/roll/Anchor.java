// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a host has seen of a repository and remembers outside of it (docs/format.md, section 11).
 *
 * @param repository whose
 * @param charterSequence of the charter seen last, from 1
 * @param charter its digest
 * @param epoch the highest seen
 * @param rollHeads heads of the roll seen last
 * @param walEnds end of the WAL of each history seen last; unsigned
 */
public record Anchor(Uid repository, long charterSequence, Digest charter, int epoch, List<Digest> rollHeads,
        Map<Uid, Long> walEnds) {

    public Anchor {
        rollHeads = List.copyOf(rollHeads);
        walEnds = Map.copyOf(walEnds);
    }

    /** The same host's memory after it saw this charter and epoch. */
    public Anchor seen(long sequence, Digest newCharter, int newEpoch) {
        boolean newer = sequence >= charterSequence;
        return new Anchor(repository, newer ? sequence : charterSequence, newer ? newCharter : charter,
                Math.max(epoch, newEpoch), rollHeads, walEnds);
    }

    /**
     * The same host's memory after it saw this roll. A head that is not there any more stays remembered, unless a
     * checkpoint may have let it go.
     */
    public Anchor seen(RollView roll) {
        TreeSet<Digest> heads = new TreeSet<>(roll.heads());
        if (!roll.hasCheckpoint()) {
            heads.addAll(lost(roll));
        }
        return new Anchor(repository, charterSequence, charter, epoch, List.copyOf(heads), walEnds);
    }

    /** The same host's memory after it saw the WAL of a history end here. */
    public Anchor seen(Uid incarnation, long end) {
        Map<Uid, Long> ends = new TreeMap<>(walEnds);
        ends.merge(incarnation, end, (one, other) -> Long.compareUnsigned(one, other) < 0 ? other : one);
        return new Anchor(repository, charterSequence, charter, epoch, rollHeads, ends);
    }

    /** Heads that this host saw and this roll does not have: it is an older one, or a checkpoint let them go. */
    public List<Digest> lost(RollView roll) {
        List<Digest> lost = new ArrayList<>(rollHeads);
        lost.removeIf(roll::has);
        return lost;
    }
}
