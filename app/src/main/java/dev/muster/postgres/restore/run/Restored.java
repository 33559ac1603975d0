// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.Installation;
import dev.muster.postgres.server.Neutralised;
import java.time.Duration;
import java.util.List;

/**
 * A cluster that was brought back. It is stopped, and lies durable in its directory.
 *
 * @param plan what was carried out
 * @param reached where recovery ended, which is where the plan said
 * @param times how long it took
 * @param cluster the data directory
 * @param installation what recovered it, and can run it
 * @param neutralised what its configuration says and is not in force while it is started here
 */
public record Restored(RestorePlan plan, Reached reached, Times times, Cluster cluster, Installation installation,
        List<Neutralised> neutralised) {

    public Restored {
        neutralised = List.copyOf(neutralised);
    }

    /**
     * How long the steps took; zero for what a run before had done.
     *
     * @param copying until all files were durable
     * @param replay from the server's start until where it ended was compared and accepted
     * @param finishing until the cluster lay stopped and free of the restore's traces
     */
    public record Times(Duration copying, Duration replay, Duration finishing) {

        /** All of it. */
        public Duration total() {
            return copying.plus(replay).plus(finishing);
        }
    }
}
