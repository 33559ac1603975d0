// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.fault.Fault;
import dev.muster.postgres.wal.receive.SideConnection;
import dev.muster.postgres.wal.receive.Standing;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.work.Wait;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Asks the server for the facts every few seconds, for as long as its log is received. */
public final class WatchServer {

    private static final Duration EVERY = Duration.ofSeconds(2);

    private final SideConnection beside;
    private final Wait wait;
    private final BooleanSupplier over;

    /** @param over whether to end */
    public WatchServer(SideConnection beside, Wait wait, BooleanSupplier over) {
        this.beside = beside;
        this.wait = wait;
        this.over = over;
    }

    /**
     * Watches until it is over.
     *
     * @param standing hears what the receiver is to commits, unknown while that cannot be asked
     * @param facts hears the facts
     */
    public void run(Consumer<Standing> standing, Consumer<Facts> facts) throws InterruptedException {
        while (!over.getAsBoolean()) {
            try (var connection = beside.connect()) {
                ask(connection, standing, facts);
            } catch (Fault e) {
                // The receiver itself says what is wrong with the server.
                standing.accept(Standing.UNKNOWN);
            }
            wait.pause(EVERY);
        }
    }

    private void ask(WireConnection connection, Consumer<Standing> standing, Consumer<Facts> facts)
            throws InterruptedException {
        var reading = new ReadFacts(connection, beside.options().applicationName());
        while (!over.getAsBoolean()) {
            var found = reading.read();
            standing.accept(found.toCommits());
            facts.accept(found);
            wait.pause(EVERY);
        }
    }
}
