// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.DirectoryState;
import dev.muster.postgres.restore.RestoreMark;
import dev.muster.postgres.restore.RestorePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the mark of a plan into the directories that it fills, and looks for such marks. */
final class Marks {

    private static final long MARK_BYTES_MAX = 4096;

    private final RestorePlan plan;
    private final DurableFiles files;

    Marks(RestorePlan plan, DurableFiles files) {
        this.plan = plan;
        this.files = files;
    }

    /** What a directory holds. */
    static DirectoryState look(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return new DirectoryState.Absent();
        }
        if (!Files.isDirectory(directory)) {
            return new DirectoryState.Occupied("no directory but a file of this name");
        }
        var mark = read(directory);
        if (mark.isPresent()) {
            return new DirectoryState.Unfinished(mark.get());
        }
        if (Files.isRegularFile(directory.resolve("PG_VERSION"), LinkOption.NOFOLLOW_LINKS)) {
            return new DirectoryState.Occupied("a PostgreSQL cluster");
        }
        return DurableFiles.on(directory, "look into this directory", () -> {
            try (var names = Files.newDirectoryStream(directory)) {
                for (var name : names) {
                    if (!name.getFileName().toString().equals(Turn.NAME)) {
                        return new DirectoryState.Occupied(name.getFileName().toString());
                    }
                }
                return new DirectoryState.Empty();
            }
        });
    }

    /** The mark in a directory, if it has one. */
    static Optional<RestoreMark> read(Path directory) {
        var file = directory.resolve(RestoreMark.NAME);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MARK_BYTES_MAX) {
                return Optional.empty();
            }
            return RestoreMark.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            // A mark that cannot be read permits nothing: the directory counts as occupied.
            return Optional.empty();
        }
    }

    /** How far this plan has come here. */
    Optional<RestoreMark.Phase> phase() {
        return read(plan.request().directory()).map(RestoreMark::phase);
    }

    /** Makes the directories, and marks them before anything else is put there: tablespaces first, so that all have one. */
    void begin() {
        for (var directory : directories()) {
            DurableFiles.makeDirectory(directory);
            files.replace(directory.resolve(RestoreMark.NAME), plan.mark(RestoreMark.Phase.FILES).bytes());
        }
    }

    /** Says how far the plan has come. */
    void put(RestoreMark.Phase phase) {
        files.replace(plan.request().directory().resolve(RestoreMark.NAME), plan.mark(phase).bytes());
    }

    /** The restore is over: the data directory's own mark goes last. */
    void remove() {
        directories().forEach(directory -> files.remove(directory.resolve(RestoreMark.NAME)));
    }

    private List<Path> directories() {
        var directories = new ArrayList<Path>();
        plan.placements().forEach(placement -> directories.add(placement.directory()));
        directories.add(plan.request().directory());
        return directories;
    }
}
