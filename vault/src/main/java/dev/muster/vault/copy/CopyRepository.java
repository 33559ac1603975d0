// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.collect.Amount;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Copies a repository to another store, without its keys: what an object's key names is the digest of its bytes, so that a copy
 * compares what it moves. The original may be written to and collected meanwhile. Any number of copies may run at once; one
 * that was interrupted goes on with the next run.
 *
 * <p>Needs about 300 bytes of memory for each object of the repository, and the objects that are on their way.
 */
public final class CopyRepository {

    private final Store source;
    private final Store copy;
    private final CopyProgress progress;

    /**
     * @param source the original, or another copy
     * @param copy an empty store, or a copy of the same repository
     */
    public CopyRepository(Store source, Store copy, CopyProgress progress) {
        this.source = source;
        this.copy = copy;
        this.progress = progress;
    }

    /**
     * What would be copied, as things are.
     *
     * @throws VaultFault.Refused if the other place is taken by something else
     * @throws VaultFault.NoRepository if the original is none
     */
    public CopyPlan plan() throws InterruptedException {
        Sight sight = Sight.of(source);
        return plan(source, sight, isFirst(sight.repository()), Gap.between(sight, Optional.of(copy)));
    }

    /** What would be copied to a store that is not there yet. */
    public static CopyPlan planFirst(Store source) throws InterruptedException {
        Sight sight = Sight.of(source);
        return plan(source, sight, true, Gap.between(sight, Optional.empty()));
    }

    private static CopyPlan plan(Store source, Sight sight, boolean first, Gap gap) {
        List<CopyFinding> findings = new ArrayList<>(gap.findings());
        findings.addAll(strange(source, sight));
        return new CopyPlan(sight.repository(), first, kinds(gap), gap.amount(), gap.there(), gap.onlyThere(),
                findings);
    }

    /** Copies what is missing; see {@link #plan}. */
    public CopyReport run() throws InterruptedException {
        Uid repository = ReplicaMark.repositoryOf(source);
        Optional<Key> mark = Optional.empty();
        if (isFirst(repository)) {
            // First of all: whoever finds anything here finds that it is a copy.
            mark = Optional.of(ReplicaMark.put(copy, repository));
        }
        Sight sight = Sight.of(source);
        if (mark.isPresent()) {
            requireApart(sight, mark.get());
        }
        Gap gap = Gap.between(sight, Optional.of(copy));
        Amount there = gap.there();
        Amount copied = Amount.NOTHING;
        Set<Key> gone = new HashSet<>();
        for (int rounds = 1;; rounds++) {
            Round round = new Round(source, copy, progress, gone);
            boolean whole = round.copy(gap.missing());
            copied = copied.and(round.copied());
            if (whole) {
                List<CopyFinding> findings = new ArrayList<>(gap.findings());
                findings.addAll(round.findings());
                findings.addAll(strange(source, sight));
                return new CopyReport(sight.repository(), copied, there, gap.onlyThere(), rounds, findings);
            }
            sight = Sight.of(source);
            gap = Gap.between(sight, Optional.of(copy));
        }
    }

    /** A copy below its own original would be taken for objects of it, by gc and by every copy to come. */
    private void requireApart(Sight sight, Key mark) throws InterruptedException {
        String below = "/" + mark.value();
        if (sight.items().stream().anyMatch(item -> item.key().value().endsWith(below))) {
            copy.delete(mark);
            throw new VaultFault.Refused("The copy would lie inside of the original", copy.place(),
                    "Copy to a place of its own: to another prefix, best of another bucket in another region.");
        }
    }

    /** Whether the other place is empty; if it is neither that nor a copy of this repository it is left alone. */
    private boolean isFirst(Uid repository) throws InterruptedException {
        Optional<Uid> of = ReplicaMark.read(copy);
        if (of.isPresent() && !of.get().equals(repository)) {
            throw new VaultFault.Refused("There is a copy of another repository, " + of.get(), copy.place(),
                    "Copy to a place of its own: " + repository + " is what is to be copied.");
        }
        if (of.isEmpty() && !isEmpty()) {
            throw new VaultFault.Refused("Something is there that is no copy of this repository", copy.place(),
                    "Copy to an empty place. A repository is never overwritten by a copy.");
        }
        return of.isEmpty();
    }

    private boolean isEmpty() throws InterruptedException {
        boolean[] found = {false};
        copy.list(Prefix.everything(), _ -> found[0] = true);
        return !found[0];
    }

    private static List<CopyPlan.Kinds> kinds(Gap gap) {
        Map<String, Amount> kinds = new LinkedHashMap<>();
        for (Phase phase : EnumSet.allOf(Phase.class)) {
            for (CopyItem item : gap.missing()) {
                if (item.phase() == phase) {
                    String key = item.key().value();
                    kinds.merge(key.substring(0, Math.max(0, key.indexOf('/'))), new Amount(1, item.bytes()),
                            Amount::and);
                }
            }
        }
        return kinds.entrySet().stream().map(each -> new CopyPlan.Kinds(each.getKey(), each.getValue())).toList();
    }

    private static List<CopyFinding> strange(Store source, Sight sight) {
        return sight.strange()
                .stream()
                .map(key -> new CopyFinding(false, source.place(), key.value(),
                        "is no object of a repository, and was not copied"))
                .toList();
    }
}
