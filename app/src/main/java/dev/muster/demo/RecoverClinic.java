// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RecoveryTarget;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.restore.run.RestoreCluster;
import dev.muster.postgres.restore.run.RestoreProgress;
import dev.muster.postgres.restore.run.RestoreTools;
import dev.muster.postgres.restore.run.Restored;
import dev.muster.postgres.server.Lifetime;
import dev.muster.postgres.server.Listen;
import dev.muster.work.CrashPoints;
import java.util.List;
import java.util.Locale;

/** Recovers the clinic to a moment as a new machine would: with the repository's address, its key and nothing else. */
final class RecoverClinic {

    private final DemoParts parts;
    private final Scene scene;
    private final DemoWatch watch;

    RecoverClinic(DemoParts parts, Scene scene, DemoWatch watch) {
        this.parts = parts;
        this.scene = scene;
        this.watch = watch;
    }

    /**
     * What came back.
     *
     * @param server it runs
     * @param restored how it came back
     */
    record Recovery(ClinicServer server, Restored restored) {}

    /**
     * Recovers.
     *
     * @param stopwatch runs since somebody decided to recover; it gets the steps choose, restore and replay
     */
    Recovery recover(DisasterKind kind, RecoveryTarget target, Stopwatch stopwatch) throws InterruptedException {
        var request = RestoreRequest.to(new ReadTarget.Read(target, ""),
                scene.disks().recovered().resolve(kind.label()));
        return scene.repository().open(scene.disks().strangersState(kind), vault -> {
            var restore = new RestoreCluster(vault, new RestoreTools(parts.servers().room(),
                    parts.postgres().connector(), parts.time().nanoTime(), parts.postgres().host(),
                    List.of(), CrashPoints.none()));
            watch.doing("Choosing a way to " + target);
            var plan = restore.plan(RunDemo.SYSTEM, request);
            stopwatch.lap("choose");
            watch.done("Chosen: the snapshot, and the WAL to replay up to " + target);
            var restored = restore.run(plan, progress -> tell(progress, stopwatch));
            var server = restore.start(restored, new Listen.AnyPort(),
                    scene.request().keep() ? Lifetime.OUTLIVES : Lifetime.BOUND);
            stopwatch.lap("replay");
            watch.done(String.format(Locale.ROOT, "Recovered to %s, on a server of its own", restored.reached().lsn()));
            return new Recovery(ClinicServer.of(server, scene.production().password()), restored);
        });
    }

    private void tell(RestoreProgress progress, Stopwatch stopwatch) {
        switch (progress) {
            case RestoreProgress.Copying copying -> watch.bytes("Restoring", copying.bytes(), copying.bytesTotal());
            case RestoreProgress.Replaying replaying -> {
                if (!stopwatch.has("restore")) {
                    stopwatch.lap("restore");
                    watch.done("Files restored");
                }
                watch.bytes("Replaying WAL", Math.max(0, replaying.at().minus(replaying.from())),
                        replaying.end().minus(replaying.from()));
            }
            case RestoreProgress.Doing doing -> watch.doing(doing.what());
        }
    }
}
