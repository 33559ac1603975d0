// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A backup that was taken: its snapshot counts.
 *
 * @param snapshot the snapshot's id, in hex
 * @param facts what its head says
 * @param begun by this host's clock
 * @param took from the first question to the commit
 * @param log who brought the log, and who goes on with it now that the snapshot counts
 * @param volume how much it is
 * @param badPages the first of the bad pages; how many there are the facts say
 * @param notCaptured what could not be captured beside the data
 */
public record BackupRecord(String snapshot, BackupFacts facts, Instant begun, Duration took, BackupLog.Source log,
        Volume volume, List<NamedBadPage> badPages, List<NotCaptured> notCaptured) {

    /**
     * How much a backup is.
     *
     * @param files how many files
     * @param logicalBytes in them
     * @param blocks looked at
     * @param newBlocks that the repository did not have
     * @param storedBytes that it grew by, without the log
     * @param filesTook while the files came
     */
    public record Volume(long files, long logicalBytes, long blocks, long newBlocks, long storedBytes,
            Duration filesTook) {}

    public BackupRecord {
        badPages = List.copyOf(badPages);
        notCaptured = List.copyOf(notCaptured);
    }

    /** Whether damage was found: the backup holds it, and so will what is restored from it. */
    public boolean foundDamage() {
        return facts.data().badPages() > 0;
    }
}
