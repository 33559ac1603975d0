// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.vault.collect.Amount;
import dev.muster.vault.object.Uid;
import java.util.List;

/**
 * What a copy did.
 *
 * @param repository whose copy it is
 * @param copied what was put
 * @param there what was there before
 * @param onlyThere what is at the copy and not at the original: removed there, or put here by readers of the copy
 * @param rounds how often the original had to be looked at: again if gc took something meanwhile
 * @param findings what could not be copied
 */
public record CopyReport(Uid repository, Amount copied, Amount there, Amount onlyThere, int rounds,
        List<CopyFinding> findings) {

    public CopyReport {
        findings = List.copyOf(findings);
    }

    /** Whether all of the original is at the copy, as it was written. */
    public boolean isWhole() {
        return findings.stream().noneMatch(CopyFinding::damage);
    }
}
