// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.Destination;
import dev.muster.postgres.restore.RestoreMark;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Finds what tells whose a restored cluster will be if nobody says so: the same at each run of the same command. */
public final class DirectoryOwner {

    private DirectoryOwner() {}

    /**
     * The file or directory whose owner counts: the mark of an unfinished restore, else the directory; and where that was
     * moved aside already, what was moved. It need not exist.
     */
    public static Path of(Destination destination) {
        var directory = destination.directory();
        var mark = directory.resolve(RestoreMark.NAME);
        if (Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)) {
            return mark;
        }
        return destination.asideAt().isPresent() && isBare(directory)
                ? lastAside(directory).orElse(directory)
                : directory;
    }

    /** Not there, or just made by root. */
    private static boolean isBare(Path directory) {
        return !Files.exists(directory) || (Marks.look(directory).isFree() && isRoots(directory));
    }

    private static boolean isRoots(Path directory) {
        return DurableFiles.on(directory, "see whose this is",
                () -> Files.getAttribute(directory, "unix:uid").equals(0));
    }

    /** Only where nobody else could have put it. */
    private static Optional<Path> lastAside(Path directory) {
        var above = directory.resolveSibling("");
        if (!Files.isDirectory(above)) {
            return Optional.empty();
        }
        return DurableFiles.on(above, "look into this directory", () -> {
            if (Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_WRITE)) {
                return Optional.empty();
            }
            try (var names = Files.newDirectoryStream(above)) {
                Optional<Path> last = Optional.empty();
                for (var name : names) {
                    if (name.getFileName().toString().startsWith(directory.getFileName() + Destination.ASIDE)
                            && Files.isDirectory(name, LinkOption.NOFOLLOW_LINKS)) {
                        last = Optional.of(last.filter(known -> known.compareTo(name) > 0).orElse(name));
                    }
                }
                return last;
            }
        });
    }
}
