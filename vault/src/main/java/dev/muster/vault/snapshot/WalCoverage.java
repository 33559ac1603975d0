// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import java.util.List;
import java.util.Optional;

/** Whether the repository holds the WAL that a snapshot needs, durably: asked before a snapshot is committed. */
@FunctionalInterface
public interface WalCoverage {

    /**
     * Looks at what is in the store now: every byte of the need, and the lineage of its incarnation with those of all its
     * ancestors and their history files.
     *
     * @return what is missing, in words; empty if nothing is
     */
    Optional<String> missing(WalNeed need) throws InterruptedException;

    /** The first thing that is missing of several needs. */
    default Optional<String> firstMissing(List<WalNeed> needs) throws InterruptedException {
        for (WalNeed need : needs) {
            Optional<String> missing = missing(need);
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }
}
