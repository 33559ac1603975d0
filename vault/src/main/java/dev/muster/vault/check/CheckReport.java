// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.check.Finding.Severity;
import dev.muster.vault.index.Quarantine;
import java.util.List;

/**
 * What a check looked at and what it found.
 *
 * @param depth how much was asked for
 * @param counts what was looked at
 * @param findings in the order in which they were found
 * @param badPlaces packs and frames that no capture may adopt from, for {@link PutInQuarantine}
 */
public record CheckReport(Depth depth, Counts counts, List<Finding> findings, List<Quarantine.Place> badPlaces) {

    /**
     * What a check looked at.
     *
     * @param objects objects listed
     * @param bytes bytes read and compared with their digests
     * @param frames frames opened and compared with their ids
     * @param snapshots snapshots that count and were followed down to their blocks
     * @param blocks references of those snapshots that were followed
     * @param walBytes bytes of WAL that snapshots need and that are covered
     */
    public record Counts(long objects, long bytes, long frames, long snapshots, long blocks, long walBytes) {}

    public CheckReport {
        findings = List.copyOf(findings);
        badPlaces = List.copyOf(badPlaces);
    }

    /** Whether nothing that was written was found damaged or missing. */
    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.DAMAGE);
    }
}
