// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupFacts;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.util.List;

/**
 * A snapshot of a base backup, as far as planning needs it.
 *
 * @param id of the snapshot, in hex
 * @param taken when it was completed, by the clock of the host that took it
 * @param facts what its head says
 * @param needs the WAL without which it is not consistent, oldest first
 * @param size of what will be written
 */
public record BackupPoint(String id, Instant taken, BackupFacts facts, List<WalNeed> needs, Size size) {

    private static final int SHORT_ID_CHARS = 12;

    /**
     * How much there is to write.
     *
     * @param files how many files
     * @param bytes in all of them
     */
    public record Size(long files, long bytes) {}

    public BackupPoint {
        needs = List.copyOf(needs);
        if (needs.isEmpty()) {
            throw new IllegalArgumentException("a base backup without WAL is of no use");
        }
    }

    /** The history on which it became consistent. */
    public Uid incarnation() {
        return needs.getLast().incarnation();
    }

    /** How long it takes to restore it and what was written until this position, which a path leads to. */
    public Forecast forecast(Pace pace, Lsn to) {
        return pace.forecast(size.bytes(), Math.max(0, to.minus(facts.start())));
    }

    /** As much of the id as people read. */
    public String shortId() {
        return shortId(id);
    }

    /** As much of a snapshot's id as people read. */
    public static String shortId(String id) {
        return id.substring(0, Math.min(SHORT_ID_CHARS, id.length()));
    }
}
