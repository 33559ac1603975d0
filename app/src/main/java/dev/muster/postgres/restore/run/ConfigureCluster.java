// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.datadir.TablespaceMap;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.Stop;
import dev.muster.vault.snapshot.SnapshotReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Writes what makes a copy of files a cluster that recovers to where its plan says, and what is left of that later. */
final class ConfigureCluster {

    static final String RECOVERY_SIGNAL = "recovery.signal";
    static final String STANDBY_SIGNAL = "standby.signal";

    private static final String RECOVERY_PREFIX = "recovery_target";

    /** Says of every file of the log that there is none: what a paused cluster needs is in its own pg_wal. */
    private static final String NOTHING_TO_FETCH = "false";

    private final RestorePlan plan;
    private final Path directory;
    private final DurableFiles files;

    ConfigureCluster(RestorePlan plan, DurableFiles files) {
        this.plan = plan;
        this.directory = plan.request().directory();
        this.files = files;
    }

    /**
     * Whether the server waits at the end of the log as a standby does. Only a target makes a recovery pause: at the end
     * of the log it would promote itself, whatever it was told.
     */
    static boolean waitsAsStandby(RestorePlan plan) {
        return plan.stop() instanceof Stop.EndOfWal && plan.request().action() != EndAction.PROMOTE;
    }

    /** Before the server starts. */
    void forRecovery(SnapshotReader snapshot) throws InterruptedException {
        linkTablespaces();
        new OutsideConfiguration(plan, snapshot, files).write();
        files.replace(directory.resolve(AutoConfiguration.PATH),
                captured(snapshot).with(plan.settings()).bytes());
        var asStandby = waitsAsStandby(plan);
        files.remove(directory.resolve(asStandby ? RECOVERY_SIGNAL : STANDBY_SIGNAL));
        files.replace(directory.resolve(asStandby ? STANDBY_SIGNAL : RECOVERY_SIGNAL), new byte[0]);
    }

    /** After it has recovered: a promoted cluster keeps nothing of its recovery, a paused one what leads it back there. */
    void forUse(SnapshotReader snapshot) throws InterruptedException {
        var settings = new LinkedHashMap<>(plan.settings());
        if (plan.request().action() == EndAction.PROMOTE) {
            settings.keySet().removeIf(name -> name.startsWith(RECOVERY_PREFIX));
        } else {
            // Whoever starts it wants to look at it, also if it was to stop: once more to the target, and wait.
            settings.put("recovery_target_action", "pause");
            settings.put("restore_command", NOTHING_TO_FETCH);
        }
        files.replace(directory.resolve(AutoConfiguration.PATH),
                captured(snapshot).without(plan.settings().keySet()).with(settings).bytes());
    }

    private static AutoConfiguration captured(SnapshotReader snapshot) throws InterruptedException {
        return AutoConfiguration.of(CapturedFile.read(snapshot, AutoConfiguration.PATH).orElse(new byte[0]));
    }

    /** The server makes the links again, by its map: both must say the same. */
    private void linkTablespaces() {
        if (plan.placements().isEmpty()) {
            return;
        }
        var locations = new TreeMap<Long, String>();
        var links = directory.resolve(Layout.LINKS);
        for (var placement : plan.placements()) {
            locations.put(placement.oid(), placement.directory().toString());
            var link = links.resolve(Long.toString(placement.oid()));
            DurableFiles.on(link, "make this link", () -> {
                Files.deleteIfExists(link);
                return Files.createSymbolicLink(link, placement.directory());
            });
            files.account().ownOnly(link);
        }
        DurableFiles.force(links);
        if (Files.exists(directory.resolve("backup_label"))) {
            files.replace(directory.resolve(TablespaceMap.PATH), new TablespaceMap(locations).bytes());
        }
    }

    /** What is overruled when the server starts, beside what keeps it apart from the world. */
    static SequencedMap<String, String> forThisStart(RestorePlan plan, String restoreCommand) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("restore_command", restoreCommand);
        settings.put("log_startup_progress_interval", "1s");
        settings.put("timezone", "GMT");
        if (plan.request().action() != EndAction.PROMOTE) {
            settings.put("recovery_target_action", "pause");
        }
        return settings;
    }

    /** The names of files that a server leaves when it has used them. */
    static List<String> used() {
        return List.of("backup_label.old", "tablespace_map.old");
    }
}
