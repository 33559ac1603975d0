// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.Measured;
import dev.muster.postgres.restore.Measurement;
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

    /** What can be learned from it for a forecast of the next one; nothing from a restore that was carried on. */
    public Measured measured() {
        var bytes = plan.reach().point().size().bytes();
        return times.whole() && bytes > 0 && times.copying().isPositive()
                ? Measured.of(new Measurement(bytes, times.copying()), plan.walBytes(), reached.replayed(),
                        times.total())
                : Measured.nothing();
    }

    /**
     * How long the steps took; zero for what a run before had done.
     *
     * @param copying until all files were durable
     * @param replay from the server's start until where it ended was compared and accepted
     * @param finishing until the cluster lay stopped and free of the restore's traces
     * @param whole whether no run before had done a part of it
     */
    public record Times(Duration copying, Duration replay, Duration finishing, boolean whole) {

        /** All of it. */
        public Duration total() {
            return copying.plus(replay).plus(finishing);
        }
    }
}
