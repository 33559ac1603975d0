// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.vault.collect.Amount;
import dev.muster.vault.object.Uid;
import java.util.List;

/**
 * What a copy would do.
 *
 * @param repository whose copy it is
 * @param first whether nothing is at the copy yet
 * @param kinds what is missing there, by kinds, in the order in which it is copied
 * @param missing all that is missing there
 * @param there what is there already, as long as it should be
 * @param onlyThere what is at the copy and not at the original: removed there, or put here by readers of the copy
 * @param findings what is wrong as far as listings tell
 */
public record CopyPlan(Uid repository, boolean first, List<Kinds> kinds, Amount missing, Amount there,
        Amount onlyThere, List<CopyFinding> findings) {

    public CopyPlan {
        kinds = List.copyOf(kinds);
        findings = List.copyOf(findings);
    }

    /** What is missing of one kind; named as keys begin. */
    public record Kinds(String kind, Amount missing) {}
}
