// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.restore.RecoveryTarget;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.postgresql.PGConnection;

/** A wrong DELETE on visits commits and is noticed late: back to just before it, beside the server that runs on. */
final class BadDelete {

    /** What was meant for one region matches half of the country. */
    private static final String WRONG = "latitude > 40.5";
    private static final Duration NOTICED_AFTER = Duration.ofSeconds(2);

    private final DemoParts parts;
    private final Scene scene;
    private final DemoWatch watch;

    BadDelete(DemoParts parts, Scene scene, DemoWatch watch) {
        this.parts = parts;
        this.scene = scene;
        this.watch = watch;
    }

    /** Lets it strike and recovers; production has its visits again afterwards. */
    Survived survive(ReceiverProcess receiver) throws SQLException, InterruptedException {
        watch.act("Disaster: bad-delete");
        // The writers are asked before the clock: what they know by then lies before the target.
        var required = scene.crew().tally();
        var target = new RecoveryTarget.Time(scene.production().now(), false);
        var strike = strike(required);
        var stopwatch = new Stopwatch(parts.time().nanoTime());
        receiver.awaitStored(scene.production().flushed());
        var recovery = new RecoverClinic(parts, scene, watch).recover(DisasterKind.BAD_DELETE, target, stopwatch);
        var survived = Survived.of(DisasterKind.BAD_DELETE, scene, strike, recovery, stopwatch);
        putBack(recovery);
        return survived;
    }

    private Judge.Strike strike(Tally required) throws SQLException, InterruptedException {
        long deleted;
        try (var connection = scene.production().connect(); var statement = connection.createStatement()) {
            deleted = statement.executeLargeUpdate("DELETE FROM visits WHERE " + WRONG);
        }
        watch.done(String.format(Locale.ROOT, "DELETE FROM visits WHERE %s: %,d visits gone, and nobody notices",
                WRONG, deleted));
        var struck = parts.time().nanoTime().getAsLong();
        parts.waiting().pause(NOTICED_AFTER);
        scene.crew().rest();
        var last = scene.crew().tally();
        watch.done(String.format(Locale.ROOT, "Noticed after %d s and %,d more commits; the writers are stopped",
                NOTICED_AFTER.toSeconds(), last.acknowledged() - required.acknowledged()));
        return new Judge.Strike(required, last, struck);
    }

    /** What the recovered server still has goes back to production, which so gives up nothing that came after. */
    private void putBack(RecoverClinic.Recovery recovery) throws SQLException {
        watch.doing("Putting the visits back into production");
        try (var from = recovery.server().connect(); var to = scene.production().connect()) {
            var out = from.unwrap(PGConnection.class).getCopyAPI()
                    .copyOut("COPY (SELECT * FROM visits WHERE " + WRONG + ") TO STDOUT");
            var in = to.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY visits FROM STDIN");
            for (var row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                in.writeToCopy(row, 0, row.length);
            }
            watch.done(String.format(Locale.ROOT, "Put back: %,d visits are in production again, and all commits since",
                    in.endCopy()));
        }
    }
}
