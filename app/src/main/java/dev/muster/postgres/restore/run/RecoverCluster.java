// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestoreMark.Phase;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.Installation;
import dev.muster.postgres.server.Isolate;
import dev.muster.postgres.server.Isolated;
import dev.muster.postgres.server.Isolation;
import dev.muster.postgres.server.Neutralised;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerFault;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StartServer;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.wal.serve.ServeLog;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets a server replay the log up to where the plan says, apart from the world, and compares where it got. */
final class RecoverCluster {

    /** Beside pg_wal, so that a segment is moved there and not copied. */
    private static final String STAGE = "muster-log";
    private static final long STAGE_BYTES_MAX = 256L << 20;
    private static final Duration STOP_AT_MOST = Duration.ofMinutes(30);
    private static final Duration STOP_LEFT_OVER_AT_MOST = Duration.ofMinutes(1);
    private static final String PID_FILE = "postmaster.pid";

    private final RestorePlan plan;
    private final WalArchive archive;
    private final RestoreTools tools;
    private final Consumer<RestoreProgress> progress;
    private final DurableFiles files;
    private final Marks marks;

    RecoverCluster(RestorePlan plan, WalArchive archive, RestoreTools tools, Consumer<RestoreProgress> progress) {
        this.plan = plan;
        this.archive = archive;
        this.tools = tools;
        this.progress = progress;
        this.files = new DurableFiles(tools.room().account());
        this.marks = new Marks(plan, files);
    }

    /** What recovered, and to where. */
    record Recovered(Reached reached, Cluster cluster, Installation installation, List<Neutralised> neutralised) {}

    /** The server has stopped in good order when this returns. */
    Recovered recover() throws InterruptedException {
        var room = tools.room();
        var cluster = Cluster.at(directory());
        var installation = room.installations().ofMajor(cluster.major());
        progress.accept(new RestoreProgress.Doing("starting the server"));
        stopLeftOver();
        // Read while it recovers only if somebody is to read it: a server that may be read stops for settings, too.
        var canBeRead = plan.request().action() != EndAction.PROMOTE;
        var isolated = new Isolate(room.machine(), room.account()).isolate(installation, cluster,
                new Isolation(canBeRead, Isolation.Reach.SOCKET));
        // From here on the files are not those of the snapshot any more, whatever becomes of this process.
        marks.put(Phase.RECOVERING);
        tools.reached("before-start");
        try {
            return new Recovered(replay(cluster, installation, isolated), cluster, installation,
                    isolated.neutralised());
        } catch (RestoreFault.FellShort | RestoreFault.WentFurther e) {
            spoil();
            throw e;
        }
    }

    private Path directory() {
        return plan.request().directory();
    }

    private Reached replay(Cluster cluster, Installation installation, Isolated isolated)
            throws InterruptedException {
        var stage = directory().resolve(STAGE);
        DurableFiles.removeTree(stage);
        try (var scope = Scope.open("restore-log", 1)) {
            var reached = replay(scope, stage, options -> new StartServer(tools.room().machine(),
                    tools.room().account()).start(installation, cluster, isolated.options().with(options)));
            scope.join();
            return reached;
        }
    }

    /** Starts the server with more settings. */
    private interface Start {
        RunningServer with(Settings settings) throws InterruptedException;
    }

    /** Recovery begins while the log is still being fetched; when it has ended, nobody serves it any more. */
    private Reached replay(Scope scope, Path stage, Start start) throws InterruptedException {
        var staging = new ServeLog.Staging(stage, STAGE_BYTES_MAX, tools.room().account()::ownOnly);
        var log = new ServeLog(archive, plan.reach().last().incarnation(), Optional.of(plan.reach().end()), staging,
                new Wait(tools.nanoTime()));
        scope.fork(log::run);
        try (var server = start.with(new Settings(ConfigureCluster.forThisStart(plan, log.restoreCommand())))) {
            tools.reached("after-start");
            var reached = await(server);
            log.stop();
            return reached;
        } catch (RestoreFault.RecoveryFailed e) {
            throw log.damage().<RestoreFault>map(what -> new RestoreFault.LogDamaged(what, directory(), e)).orElse(e);
        }
    }

    /** Nothing counts as recovered before it was compared. */
    private Reached await(RunningServer server) throws InterruptedException {
        var watch = new WatchReplay(plan, server, progress, tools.nanoTime());
        var reached = new AwaitRecovery(plan, server, watch, tools).await();
        new Promise(plan).compare(reached);
        tools.reached("after-recovery");
        progress.accept(new RestoreProgress.Doing("stopping the server"));
        server.stop(StopMode.FAST, STOP_AT_MOST);
        tools.reached("after-stop");
        return reached;
    }

    /** The server of a run that was killed stops by itself, soon; what is meant to go on does not depend on that. */
    private void stopLeftOver() throws InterruptedException {
        if (!Files.exists(directory().resolve(PID_FILE))) {
            return;
        }
        var leftOver = RunningServer.at(directory(), tools.room().machine());
        if (leftOver.isPresent()) {
            try (var server = leftOver.get()) {
                server.stop(StopMode.FAST, STOP_LEFT_OVER_AT_MOST);
            } catch (ServerFault.StopTooSlow e) {
                leftOver.get().killHard();
            }
        }
    }

    /** What fell short must not be taken for the cluster: without pg_control no server starts on it. */
    private void spoil() {
        files.remove(directory().resolve(ControlFile.PATH));
        marks.put(Phase.SHORT);
    }
}
