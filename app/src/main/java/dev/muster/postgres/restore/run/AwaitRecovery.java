// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.Stop;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerState;
import dev.muster.postgres.wal.HistoryFile;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Waits until a server has recovered, and finds out how far. */
final class AwaitRecovery {

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration QUIET_AT_THE_END = Duration.ofMinutes(1);
    private static final String TARGET_MISSED = "recovery ended before configured recovery target was reached";
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final int HEX = 16;

    private final RestorePlan plan;
    private final RunningServer server;
    private final WatchReplay watch;
    private final RestoreTools tools;

    AwaitRecovery(RestorePlan plan, RunningServer server, WatchReplay watch, RestoreTools tools) {
        this.plan = plan;
        this.server = server;
        this.watch = watch;
        this.tools = tools;
    }

    Reached await() throws InterruptedException {
        var reached = plan.request().action() == EndAction.PROMOTE ? promoted() : paused();
        watch.look();
        return reached;
    }

    private Reached promoted() throws InterruptedException {
        awaitState(ServerState.READY);
        watch.look();
        var history = newestHistory();
        var last = history.ancestors().getLast();
        return new Reached(last.end(), last.timeline(), Optional.of(history.timeline()), watch.lastTransaction(),
                watch.replayed());
    }

    /** Its own timeline's: no other has a higher number, as it has looked for those before it chose. */
    private HistoryFile newestHistory() {
        var directory = plan.request().directory().resolve("pg_wal");
        return DurableFiles.on(directory, "find the history of the new timeline", () -> {
            try (var files = Files.list(directory)) {
                var newest = files.map(Path::getFileName)
                        .map(Path::toString)
                        .filter(HISTORY.asMatchPredicate())
                        .max(Comparator.naturalOrder())
                        .orElseThrow(() -> new RestoreFault.RecoveryFailed("it did not begin a timeline of its own",
                                plan.request().directory()));
                var timeline = TimelineId.of(Long.parseLong(newest.substring(0, newest.indexOf('.')), HEX));
                return HistoryFile.parse(timeline, Files.readAllBytes(directory.resolve(newest)));
            }
        });
    }

    /** A pause is where the target is, or where the server cannot go on; a standby at the end of the log just waits. */
    private Reached paused() throws InterruptedException {
        awaitState(ServerState.STANDBY);
        server.awaitReady(QUIET_AT_THE_END);
        var ask = new AskReplay(tools.connector(), plan.reach().point().facts().surroundings().superuser());
        var asStandby = ConfigureCluster.waitsAsStandby(plan);
        var wait = new Wait(tools.nanoTime());
        while (true) {
            var replay = ask.ask(server);
            var isThere = asStandby && !replay.lsn().isBefore(new Promise(plan).end());
            var goesNoFurther = replay.paused()
                    || (asStandby && watch.silence().compareTo(QUIET_AT_THE_END) > 0);
            if (isThere || goesNoFurther) {
                return new Reached(replay.lsn(), plan.timeline(), Optional.empty(), replay.lastTransaction(),
                        Optional.empty());
            }
            requireAlive();
            wait.pause(LOOK_EVERY);
        }
    }

    private void awaitState(ServerState wanted) throws InterruptedException {
        var wait = new Wait(tools.nanoTime());
        while (true) {
            requireAlive();
            if (server.state() == wanted) {
                return;
            }
            wait.pause(LOOK_EVERY);
        }
    }

    private void requireAlive() {
        var state = server.state();
        watch.look();
        if (state == ServerState.STOPPED) {
            throw failure();
        }
        watch.requireSigns();
    }

    private RestoreFault failure() {
        var complaint = watch.complaint();
        if (!complaint.contains(TARGET_MISSED)) {
            return new RestoreFault.RecoveryFailed(complaint, plan.request().directory());
        }
        var where = plan.stop() instanceof Stop.AtTarget at ? at.at() : Optional.<Lsn>empty();
        return where.<RestoreFault>map(lsn -> new RestoreFault.FellShort("the end of the log that could be had, after "
                + watch.at(), lsn.toString()))
                .orElseGet(() -> new RestoreFault.TargetNotFound(plan.request().target().target(),
                        "all of it was, to its end at " + plan.reach().end()));
    }
}
