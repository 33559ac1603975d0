// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.sql.SQLException;
import java.util.List;

/**
 * A disaster that is over.
 *
 * @param disaster its numbers
 * @param faults what is wrong with what came back, each a sentence; empty if nothing is
 * @param recovery what was recovered, running
 */
record Survived(DemoReport.Disaster disaster, List<String> faults, RecoverClinic.Recovery recovery) {

    Survived {
        faults = List.copyOf(faults);
    }

    /** Looks at what came back: the last step of the recovery. */
    static Survived of(DisasterKind kind, Scene scene, Judge.Strike strike, RecoverClinic.Recovery recovery,
            Stopwatch stopwatch) throws SQLException {
        Verdict verdict;
        try (var connection = recovery.server().connect()) {
            verdict = new Judge(scene.clinic(), scene.crew()).judge(connection, strike);
        }
        stopwatch.lap("verify");
        var objective = scene.request().objective();
        var rpo = verdict.rpoSeconds() * 1e9 <= objective.rpo().toNanos();
        var rto = stopwatch.seconds() * 1e9 <= objective.rto().toNanos();
        var met = rpo && rto && verdict.faults().isEmpty();
        return new Survived(new DemoReport.Disaster(kind.label(), verdict.acknowledged(), verdict.recovered(),
                verdict.lost(), verdict.givenUp(), verdict.rpoSeconds(), stopwatch.seconds(), stopwatch.steps(), met),
                verdict.faults(), recovery);
    }
}
