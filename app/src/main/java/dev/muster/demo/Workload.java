// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.work.Scope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** The writers that keep committing to the clinic. Closing it stops them and waits for them. */
final class Workload implements AutoCloseable {

    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Writer> writers;
    private final Scope scope;
    private final List<Connection> connections = new ArrayList<>();

    private Workload(List<Writer> writers) {
        this.writers = writers;
        this.scope = Scope.open("writer", writers.size());
    }

    /**
     * Starts {@code count} writers, each on a connection of its own. The same thread must close them.
     *
     * @param first the number of the first of them; no writer's number is used twice in one database
     */
    static Workload start(String jdbcUrl, Clinic clinic, int first, int count, LongSupplier nanoTime)
            throws SQLException, InterruptedException {
        Workload workload = new Workload(IntStream.range(first, first + count).mapToObj(
                number -> new Writer(number, clinic, nanoTime)).toList());
        for (Writer writer : workload.writers) {
            Connection connection = DriverManager.getConnection(jdbcUrl);
            workload.connections.add(connection);
            workload.scope.fork(() -> writer.run(connection, workload.stop));
        }
        return workload;
    }

    /** What the writers know now. */
    Tally tally() {
        return new Tally(writers.stream().map(writer -> new Tally.Count(writer.number(), writer.acknowledged(),
                writer.outcomeUnknown())).toList());
    }

    /** When this commit of the writer at a place, from 0, was acknowledged, in nanoseconds. */
    long acknowledgedAt(int place, int sequence) {
        return writers.get(place).acknowledgedAt(sequence);
    }

    /** Writers that an error ended before they were told to stop, with its SQLSTATE. */
    List<String> ends() {
        return writers.stream().flatMap(writer -> writer.end().stream()).toList();
    }

    /** Stops the writers after the commit that each has under way. */
    void stop() throws InterruptedException {
        stop.set(true);
        scope.join();
    }

    @Override
    public void close() throws SQLException {
        try {
            stop();
        } catch (InterruptedException e) {
            // Closing the connections below ends the writers too, only less politely.
            Thread.currentThread().interrupt();
        }
        try (scope) {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }
}
