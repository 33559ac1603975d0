// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.disk.KernelPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Where a cluster goes, and what becomes of what is there already.
 *
 * @param directory the data directory to make
 * @param tablespaces directories for tablespaces, by oid; those that are not named go below the data directory's own
 * @param asideAt the moment that what is in the way gets its new name after; nothing if it is refused instead
 */
public record Destination(Path directory, SortedMap<Long, Path> tablespaces, Optional<Instant> asideAt) {

    /** Between the name of a directory and the moment at which it was moved aside. */
    public static final String ASIDE = ".aside-";

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public Destination {
        var whole = directory;
        directory = plain(directory, why -> new RestoreFault.DirectoryRefused(whole, why));
        var absolute = new TreeMap<Long, Path>();
        tablespaces.forEach((oid, path) -> absolute.put(oid,
                plain(path, why -> new RestoreFault.TablespaceRefused(why, path.toString()))));
        tablespaces = Collections.unmodifiableSortedMap(absolute);
    }

    private static Path plain(Path path, Function<String, RestoreFault> refusal) {
        try {
            return KernelPath.resolved(path);
        } catch (IOException e) {
            throw refusal.apply(String.valueOf(e.getMessage()));
        }
    }

    /** A directory that holds nothing yet. */
    public static Destination of(Path directory) {
        return new Destination(directory, new TreeMap<>(Map.of()), Optional.empty());
    }

    /** The same place, where what is in the way is renamed after this moment. */
    public Destination movingAside(Instant moment) {
        return new Destination(directory, tablespaces, Optional.of(moment));
    }

    /** With a directory for one more tablespace. */
    public Destination with(long oid, Path path) {
        var more = new TreeMap<>(tablespaces);
        more.put(oid, path);
        return new Destination(directory, more, asideAt);
    }

    /** What a directory is renamed to at this moment: {@code /srv/clinic.aside-20261120T190000Z}. */
    static Path aside(Path path, Instant moment) {
        return path.resolveSibling(path.getFileName() + ASIDE + MOMENT.format(moment));
    }
}
