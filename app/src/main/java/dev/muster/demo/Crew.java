// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** All writers of a demonstration: new ones for each disaster, and those before them, whose commits must stay too. */
final class Crew implements AutoCloseable {

    private static final int WRITERS = 4;

    private final Clinic clinic;
    private final LongSupplier nanoTime;
    private final List<Workload> shifts = new ArrayList<>();

    Crew(Clinic clinic, LongSupplier nanoTime) {
        this.clinic = clinic;
        this.nanoTime = nanoTime;
    }

    /** New writers begin. */
    void work(String jdbcUrl) throws SQLException, InterruptedException {
        shifts.add(Workload.start(jdbcUrl, clinic, 1 + shifts.size() * WRITERS, WRITERS, nanoTime));
    }

    /** The writers stop after the commit that each has under way. */
    void rest() throws InterruptedException {
        shifts.getLast().stop();
    }

    /** What all writers know now. */
    Tally tally() {
        return new Tally(shifts.stream().flatMap(shift -> shift.tally().writers().stream()).toList());
    }

    /** Whether each of those that work now has this many commits. */
    boolean haveEach(int commits) {
        return shifts.getLast().tally().writers().stream().allMatch(writer -> writer.acknowledged() >= commits);
    }

    /** Writers that an error ended before they were told to stop. */
    List<String> ends() {
        return shifts.getLast().ends();
    }

    /**
     * When the newest commit was acknowledged that came back, in nanoseconds.
     *
     * @param recovered how many commits of each writer came back, in the order of the tally
     */
    long newestOf(List<Integer> recovered) {
        var newest = Long.MIN_VALUE;
        for (var place = 0; place < recovered.size(); place++) {
            var shift = shifts.get(place / WRITERS);
            var writer = place % WRITERS;
            var known = Math.min(recovered.get(place), shift.tally().writers().get(writer).acknowledged());
            if (known > 0) {
                newest = Math.max(newest, shift.acknowledgedAt(writer, known));
            }
        }
        return newest;
    }

    @Override
    public void close() throws SQLException {
        for (var shift : shifts) {
            shift.close();
        }
    }
}
