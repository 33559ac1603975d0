// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.disk.DirectoryTree;
import dev.muster.postgres.restore.RecoveryTarget;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The server dies, and its disk with it, while the receiver lags behind: back to the last byte that is durable. */
final class LostDisk {

    private static final Duration DELAYED_FOR = Duration.ofMillis(600);

    private final DemoParts parts;
    private final Scene scene;
    private final DemoWatch watch;

    LostDisk(DemoParts parts, Scene scene, DemoWatch watch) {
        this.parts = parts;
        this.scene = scene;
        this.watch = watch;
    }

    /** Lets it strike and recovers; nothing is left of production afterwards. */
    Survived survive(ReceiverProcess receiver) throws SQLException, IOException, InterruptedException {
        watch.act("Disaster: lost-disk");
        var strike = strike(receiver);
        var stopwatch = new Stopwatch(parts.time().nanoTime());
        // What the receiver had on its own disk and had not yet stored is durable: it only has to be brought in.
        try (var drain = RunDemo.receiver(parts, scene.disks(), List.of("--drain"))) {
            drain.awaitDone();
        }
        var recovery = new RecoverClinic(parts, scene, watch).recover(DisasterKind.LOST_DISK,
                new RecoveryTarget.Latest(), stopwatch);
        return Survived.of(DisasterKind.LOST_DISK, scene, strike, recovery, stopwatch);
    }

    private Judge.Strike strike(ReceiverProcess receiver) throws SQLException, IOException, InterruptedException {
        receiver.pause();
        watch.done("The receiver stalls; commits go on" + (scene.request().sync() ? ", or rather wait for it" : ""));
        parts.waiting().pause(DELAYED_FOR);
        scene.production().kill();
        var struck = parts.time().nanoTime().getAsLong();
        // Whatever the dead server had sent and the receiver had not read counts as lost with it.
        receiver.kill();
        DirectoryTree.remove(scene.disks().primary());
        scene.crew().rest();
        var last = scene.crew().tally();
        watch.done(String.format(Locale.ROOT,
                "Server killed, its disk gone: %,d commits acknowledged, %d of unknown end",
                last.acknowledged(), last.unknown()));
        return new Judge.Strike(last, last, struck);
    }
}
