// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.restore.RestoreMark.Phase;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.FileType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.Consumer;

/** Lays a snapshot's files out as a cluster that can recover and do nothing else. */
final class PlaceCluster {

    private static final int PRIVATE = 0700;

    private final RestorePlan plan;
    private final SnapshotReader snapshot;
    private final RestoreTools tools;
    private final Consumer<RestoreProgress> progress;
    private final DurableFiles files;
    private final Layout layout;
    private final Marks marks;

    PlaceCluster(RestorePlan plan, SnapshotReader snapshot, RestoreTools tools, Consumer<RestoreProgress> progress) {
        this.plan = plan;
        this.snapshot = snapshot;
        this.tools = tools;
        this.progress = progress;
        this.files = new DurableFiles(tools.room().account());
        this.layout = new Layout(plan);
        this.marks = new Marks(plan, files);
    }

    /** Does what is left to do, in an order in which it can be broken off anywhere. */
    void place() throws InterruptedException {
        var found = marks.phase();
        var isWhole = found.filter(phase -> phase == Phase.READY || phase == Phase.RECOVERING).isPresent()
                && Files.exists(layout.target(ControlFile.PATH));
        if (!isWhole) {
            placeFiles(found.isPresent(), found.filter(phase -> phase != Phase.FILES).isPresent());
        }
        if (found.filter(Phase.RECOVERING::equals).isEmpty() || !isWhole) {
            // The target may be another one than when this was broken off, as long as no server has started.
            new ConfigureCluster(plan, files).forRecovery(snapshot);
            marks.put(Phase.READY);
            tools.reached("after-ready");
        }
    }

    private void placeFiles(boolean isCarriedOn, boolean mayBeChanged) throws InterruptedException {
        // 1. No server may start here until all is done: pg_control goes before anything else does.
        files.remove(layout.target(ControlFile.PATH));
        if (mayBeChanged) {
            marks.put(Phase.SHORT);
            new SweepDirectory(plan, snapshot, true).sweep();
        }
        // 2. Whoever finds half a cluster is told what it is, and no other plan is mixed with this one.
        marks.begin();
        tools.reached("after-mark");
        if (isCarriedOn) {
            progress.accept(new RestoreProgress.Doing("looking at what is there"));
            new SweepDirectory(plan, snapshot, false).sweep();
        }
        // 3. The files: the longest step, which a run that carries on does not do twice.
        new CopyFiles(plan, snapshot, tools, progress).copy();
        tools.reached("after-files");
        // 4. How it recovers. Without the command that fetches the log, it refuses to start by itself.
        new ConfigureCluster(plan, files).forRecovery(snapshot);
        tools.reached("after-configuration");
        // 5. The entries of directories, without which durable files are lost all the same.
        progress.accept(new RestoreProgress.Doing("making directories durable"));
        finishDirectories();
        tools.reached("after-directories");
        // 6. Only now that everything else is durable can a server start here.
        putControlFile();
        tools.reached("after-control");
    }

    /** Their modes and their owner, the innermost first: what the account owns, we leave alone from then on. */
    private void finishDirectories() throws InterruptedException {
        var directories = new ArrayList<FileEntry>();
        snapshot.entries(entry -> {
            if (entry.type() == FileType.DIRECTORY && !entry.path().isEmpty()) {
                directories.add(entry);
            }
        });
        directories.reversed().forEach(entry -> finish(layout.target(entry.path()), entry.mode()));
        layout.tablespaces().values().forEach(root -> finish(root, PRIVATE));
        if (Files.exists(plan.tablespaceDirectory())) {
            finish(plan.tablespaceDirectory(), PRIVATE);
        }
        finish(layout.directory(), snapshot.entry("").map(FileEntry::mode).orElse(PRIVATE));
    }

    private void finish(Path directory, int mode) {
        DurableFiles.on(directory, "set the mode of this directory",
                () -> Files.setPosixFilePermissions(directory, WriteFiles.permissions(mode)));
        files.account().ownOnly(directory);
        DurableFiles.force(directory);
    }

    /** It says of no checkpoint: should somebody take the backup label away, a server refuses to start. */
    private void putControlFile() throws InterruptedException {
        var bytes = CapturedFile.read(snapshot, ControlFile.PATH)
                .orElseThrow(() -> new VaultFault.Damage("a base backup without pg_control", ControlFile.PATH));
        var system = ControlFile.parse(bytes).system();
        if (!system.equals(plan.reach().point().facts().system())) {
            throw new VaultFault.Damage("a pg_control of another cluster, " + system, ControlFile.PATH);
        }
        files.replace(layout.target(ControlFile.PATH), ControlFile.withoutCheckpoint(bytes));
    }
}
