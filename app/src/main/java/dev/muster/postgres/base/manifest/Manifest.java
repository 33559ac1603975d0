// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import dev.muster.postgres.SystemId;
import java.util.List;
import java.util.Optional;

/**
 * What a verified manifest says beside its files.
 *
 * @param version 1 (PostgreSQL 13 to 16) or 2 (17 and later)
 * @param system the cluster, from version 2 on
 * @param files how many files it lists
 * @param walRanges the WAL that the backup needs, at least one range; several after a change of timeline
 */
public record Manifest(int version, Optional<SystemId> system, long files, List<WalRange> walRanges) {

    public Manifest {
        walRanges = List.copyOf(walRanges);
    }
}
