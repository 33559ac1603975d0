// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.server.ServerRoom;
import dev.muster.postgres.wire.Connector;
import dev.muster.work.CrashPoints;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a restore uses of its surroundings.
 *
 * @param room where the server runs that recovers, and as whom
 * @param connector makes connections
 * @param nanoTime the monotonic clock
 * @param host the name of this machine, for whoever looks after the repository
 * @param kept what must stay where it is, such as the repository
 * @param crashPoints told how far a restore is; {@link CrashPoints#none} in a program
 */
public record RestoreTools(ServerRoom room, Connector connector, LongSupplier nanoTime, String host,
        List<KeptPlace> kept, CrashPoints crashPoints) {

    public RestoreTools {
        kept = List.copyOf(kept);
    }

    void reached(String point) {
        crashPoints.reached("restore." + point);
    }
}
