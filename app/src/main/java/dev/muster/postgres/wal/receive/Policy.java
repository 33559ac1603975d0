// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.time.Duration;

/**
 * What the user chose, since nothing can be bounded, lossless and available at once.
 *
 * @param synchronous whether commits on the server wait for this receiver
 * @param durability where a byte must be durable before it is acknowledged, if synchronous; otherwise that is always the
 *            repository
 * @param onOutage what happens when that place does not take any more
 * @param outageAfter how long the repository may lag behind until that is an outage
 */
public record Policy(boolean synchronous, Durability durability, OnOutage onOutage, Duration outageAfter) {

    /** Where a byte counts as safe. */
    public enum Durability {
        /** On the receiver's disk: commits are fast; both machines must be lost before one is. */
        SPOOL,
        /** In the repository: commits wait for it; the receiver may be lost too. */
        REPOSITORY
    }

    /** What happens in an outage. */
    public enum OnOutage {
        /** Nothing is lost: commits wait, the server keeps its log. */
        BLOCK,
        /** The server goes on: less is promised, which is said and recorded. */
        DEGRADE
    }

    public static final Duration OUTAGE_AFTER_DEFAULT = Duration.ofSeconds(30);

    /** Commits do not wait; acknowledged is what the repository has. */
    public static Policy asynchronous() {
        return new Policy(false, Durability.REPOSITORY, OnOutage.BLOCK, OUTAGE_AFTER_DEFAULT);
    }
}
