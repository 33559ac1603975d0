// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestoreMark;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileType;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes from the directories of an unfinished restore what its snapshot does not have. */
final class SweepDirectory {

    private final SnapshotReader snapshot;
    private final Layout layout;
    private final Set<Path> kept = new HashSet<>();
    private final boolean wholly;

    /** @param wholly whether files go that the snapshot has, too: a server may have changed them */
    SweepDirectory(RestorePlan plan, SnapshotReader snapshot, boolean wholly) {
        this.snapshot = snapshot;
        this.layout = new Layout(plan);
        this.wholly = wholly;
        kept.add(plan.tablespaceDirectory());
        kept.add(layout.directory().resolve(RestoreMark.NAME));
        kept.add(layout.directory().resolve(Turn.NAME));
        layout.tablespaces().values().forEach(root -> {
            kept.add(root);
            kept.add(root.resolve(RestoreMark.NAME));
        });
    }

    void sweep() throws InterruptedException {
        sweep(layout.directory(), "");
        for (var tablespace : layout.tablespaces().entrySet()) {
            sweep(tablespace.getValue(), tablespace.getKey());
        }
    }

    private void sweep(Path directory, String path) throws InterruptedException {
        for (var child : children(directory)) {
            if (kept.contains(child)) {
                continue;
            }
            var childPath = (path.isEmpty() ? "" : path + "/") + child.getFileName();
            var type = snapshot.entry(childPath).map(entry -> entry.type());
            var isDirectory = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            if (isDirectory && type.filter(FileType.DIRECTORY::equals).isPresent()) {
                sweep(child, childPath);
            } else if (isDirectory || wholly || type.filter(FileType.FILE::equals).isEmpty()) {
                DurableFiles.removeTree(child);
            }
        }
    }

    private static List<Path> children(Path directory) {
        return DurableFiles.on(directory, "look into this directory", () -> {
            var children = new ArrayList<Path>();
            try (var names = Files.newDirectoryStream(directory)) {
                names.forEach(children::add);
            }
            return children;
        });
    }
}
