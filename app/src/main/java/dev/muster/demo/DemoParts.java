// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.server.Installation;
import dev.muster.postgres.server.ServerRoom;
import dev.muster.system.PostgresAccess;
import dev.muster.system.Stores;
import dev.muster.work.Wait;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a demonstration is made with.
 *
 * @param servers how PostgreSQL is run
 * @param stores opens the repository
 * @param postgres reaches servers; the environment and the user's files have no part in it
 * @param time the clocks and the source of randomness
 * @param program the command line that starts this program once more, without its arguments
 * @param workers how many blocks are looked at at once
 */
public record DemoParts(Servers servers, Stores stores, PostgresAccess postgres, Time time, List<String> program,
        int workers) {

    public DemoParts {
        program = List.copyOf(program);
    }

    /**
     * How PostgreSQL is run.
     *
     * @param room where, and as whom
     * @param installation the programs of the server that is struck
     */
    public record Servers(ServerRoom room, Installation installation) {}

    /**
     * What is not repeatable.
     *
     * @param clock the wall clock
     * @param nanoTime a monotonic clock, nanoseconds
     * @param random makes keys and passwords
     */
    public record Time(InstantSource clock, LongSupplier nanoTime, SecureRandom random) {}

    Wait waiting() {
        return new Wait(time.nanoTime());
    }
}
