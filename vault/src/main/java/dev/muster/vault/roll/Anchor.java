// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.LedgerView;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param ledger ends of the ledger seen last
 */
public record Anchor(Uid repository, long charterSequence, Digest charter, int epoch, List<Digest> rollHeads,
        Map<Uid, Long> walEnds, Heads ledger) {

    /** More ends are not remembered; the newest are. */
    static final int LEDGER_HEADS_MAX = 256;

    public Anchor {
        rollHeads = List.copyOf(rollHeads);
        walEnds = Map.copyOf(walEnds);
    }

    /** The same host's memory after it saw this charter and epoch. */
    public Anchor seen(long sequence, Digest newCharter, int newEpoch) {
        boolean newer = sequence >= charterSequence;
        return new Anchor(repository, newer ? sequence : charterSequence, newer ? newCharter : charter,
                Math.max(epoch, newEpoch), rollHeads, walEnds, ledger);
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
        return new Anchor(repository, charterSequence, charter, epoch, List.copyOf(heads), walEnds, ledger);
    }

    /** The same host's memory after it saw the WAL of a history end here. */
    public Anchor seen(Uid incarnation, long end) {
        Map<Uid, Long> ends = new TreeMap<>(walEnds);
        ends.merge(incarnation, end, (one, other) -> Long.compareUnsigned(one, other) < 0 ? other : one);
        return new Anchor(repository, charterSequence, charter, epoch, rollHeads, ends, ledger);
    }

    /** The same host's memory after it saw this ledger. An end that is not there any more stays remembered. */
    public Anchor seen(LedgerView view) {
        Set<ObjectKey.Ledger> there = new HashSet<>();
        view.batches().forEach(each -> there.add(each.key()));
        Set<Digest> marks = new HashSet<>();
        view.checkpoints().forEach(each -> marks.add(each.digest()));
        List<ObjectKey.Ledger> batches = new ArrayList<>(view.heads().batches());
        ledger.batches().stream().filter(each -> !there.contains(each) && !view.mayBeGone(each.month()))
                .forEach(batches::add);
        Set<Digest> checkpoints = new TreeSet<>(view.heads().checkpoints());
        ledger.checkpoints().stream().filter(each -> !marks.contains(each)).forEach(checkpoints::add);
        return with(batches, checkpoints);
    }

    /** The same host's memory after it wrote a batch of the ledger that names what is covered. */
    public Anchor wrote(ObjectKey.Ledger batch, Heads covered) {
        List<ObjectKey.Ledger> batches = new ArrayList<>(ledger.batches());
        batches.removeIf(each -> covered.batches().contains(each)
                || (each.session().equals(batch.session()) && each.sequence() <= batch.sequence()));
        batches.add(batch);
        Set<Digest> checkpoints = new TreeSet<>(ledger.checkpoints());
        covered.checkpoints().forEach(checkpoints::remove);
        return with(batches, checkpoints);
    }

    private Anchor with(List<ObjectKey.Ledger> batches, Collection<Digest> checkpoints) {
        batches.sort(Comparator.comparing(ObjectKey.Ledger::month).reversed().thenComparing(ObjectKey.Ledger::value));
        return new Anchor(repository, charterSequence, charter, epoch, rollHeads, walEnds,
                new Heads(batches.subList(0, Math.min(batches.size(), LEDGER_HEADS_MAX)),
                        checkpoints.stream().limit(LEDGER_HEADS_MAX).toList()));
    }

    /** Heads that this host saw and this roll does not have: it is an older one, or a checkpoint let them go. */
    public List<Digest> lost(RollView roll) {
        List<Digest> lost = new ArrayList<>(rollHeads);
        lost.removeIf(roll::has);
        return lost;
    }
}
