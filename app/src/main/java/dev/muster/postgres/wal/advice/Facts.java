// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.postgres.wal.receive.Standing;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server says of itself, at one moment.
 *
 * @param standbyNames its {@code synchronous_standby_names}
 * @param standing what this receiver is to it
 * @param synchronousCommit what a session of this user has if it says nothing
 * @param deviations roles and databases with a {@code synchronous_commit} of their own
 * @param dataDirectory where its data lies, if it tells this user
 */
public record Facts(String standbyNames, Standing standing, String synchronousCommit, List<Deviation> deviations,
        Optional<String> dataDirectory) {

    /** With these a commit returns before a standby has it; remote_write: before the standby has it on disk. */
    static final Set<String> RETURN_EARLY = Set.of("off", "local", "remote_write");

    public Facts {
        deviations = List.copyOf(deviations);
    }

    /** What the receiver is to commits: those that return early do not wait, whatever the server calls its standby. */
    public Standing toCommits() {
        return standing == Standing.SYNC && RETURN_EARLY.contains(synchronousCommit) ? Standing.ASYNC : standing;
    }

    /**
     * A role, a database, or a role in a database, whose commits differ.
     *
     * @param who in words
     * @param synchronousCommit what its sessions have if they say nothing
     */
    public record Deviation(String who, String synchronousCommit) {}
}
