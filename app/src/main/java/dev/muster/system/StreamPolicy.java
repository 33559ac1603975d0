// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How WAL of a PostgreSQL is received and kept.
 *
 * @param slot name of the replication slot that holds WAL on the server until it is durable here
 * @param spool directory of WAL received and not yet durable in the repository
 * @param spoolBytesMax how much the spool may hold before {@code onOutage} decides
 * @param cadence longest wait before new bytes are shipped to the repository
 * @param synchronous whether commits are to wait until it is received, if the server is set to
 * @param durability what must hold a commit's WAL before it is acknowledged to a server that waits for it
 * @param onOutage what happens to commits that wait when that place does not take any more
 */
public record StreamPolicy(String slot, Path spool, long spoolBytesMax, Duration cadence, boolean synchronous,
        Durability durability, Outage onOutage) {

    /** Where WAL must be before it counts as safe. */
    public enum Durability {
        /** On the disk of the receiver's host, flushed. */
        SPOOL,
        /** In the repository. */
        REPOSITORY
    }

    /** Nothing can be bounded, lossless and available at once: the user chooses. */
    public enum Outage {
        /** They go on waiting: nothing is lost. */
        BLOCK,
        /** They are released: less is promised until all is well again, and that is said. */
        DEGRADE
    }
}
