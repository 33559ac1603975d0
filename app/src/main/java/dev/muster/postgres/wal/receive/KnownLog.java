// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.vault.wal.Lineage;
import java.time.Instant;

/**
 * A history of which something is spooled or stored.
 *
 * @param lineage which
 * @param end position after the last byte that anybody has
 * @param written when its last byte was received, as far as is known, by the clock of who received it
 */
record KnownLog(Lineage lineage, Lsn end, Instant written) {

    /** One of which nothing is known but when it was begun. */
    KnownLog(Lineage lineage, Lsn end) {
        this(lineage, end, lineage.made());
    }

    @Override
    public String toString() {
        return lineage.origin() + " up to " + end;
    }
}
