// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether the repository holds the WAL that a snapshot needs, durably: asked before a snapshot is committed. */
@FunctionalInterface
public interface WalCoverage {

    /**
     * Looks at what is in the store now: every byte of the need, and the lineage of its incarnation with those of all its
     * ancestors and their history files.
     *
     * @param excluded ranges that do not count, by the digests of their objects
     * @return what is missing, in words; empty if nothing is
     */
    Optional<String> missing(WalNeed need, Predicate<Digest> excluded) throws InterruptedException;

    /** What is missing if every range that is there counts. */
    default Optional<String> missing(WalNeed need) throws InterruptedException {
        return missing(need, _ -> false);
    }

    /** The first thing that is missing of several needs. */
    default Optional<String> firstMissing(List<WalNeed> needs, Predicate<Digest> excluded)
            throws InterruptedException {
        for (WalNeed need : needs) {
            Optional<String> missing = missing(need, excluded);
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }
}
