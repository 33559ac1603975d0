// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks at a recovered server and says what came back. */
final class Judge {

    private static final double NANOS = 1e9;

    private final Clinic clinic;
    private final Crew crew;

    Judge(Clinic clinic, Crew crew) {
        this.clinic = clinic;
        this.crew = crew;
    }

    /**
     * The moment of a disaster.
     *
     * @param required what has to come back
     * @param last what the writers knew at their end
     * @param nanos when it struck
     */
    record Strike(Tally required, Tally last, long nanos) {}

    /** Reads every row that matters and compares it. */
    Verdict judge(Connection connection, Strike strike) throws SQLException {
        var recovered = new Recovered(connection, clinic);
        var found = new ArrayList<Integer>();
        var faults = new ArrayList<String>();
        for (var writer : strike.last().writers()) {
            found.add(count(recovered, writer.number(), faults));
        }
        faults.addAll(recovered.orphans());
        faults.addAll(recovered.wrongCounts());
        var age = Math.max(0, strike.nanos() - crew.newestOf(found)) / NANOS;
        return Verdict.of(strike.required(), strike.last(), found, age, faults);
    }

    private static int count(Recovered recovered, int writer, List<String> faults) throws SQLException {
        try {
            return recovered.commits(writer);
        } catch (Recovered.Mismatch e) {
            faults.add(String.valueOf(e.getMessage()));
            return 0;
        }
    }
}
