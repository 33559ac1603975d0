// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.vault.wal.Lineage;

/**
 * A history of which something is spooled or stored.
 *
 * @param lineage which
 * @param end position after the last byte that anybody has
 */
record KnownLog(Lineage lineage, Lsn end) {

    @Override
    public String toString() {
        return lineage.origin() + " up to " + end;
    }
}
