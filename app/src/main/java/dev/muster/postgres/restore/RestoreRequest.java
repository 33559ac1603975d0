// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a restore shall be like.
 *
 * @param target the moment, and how it was read
 * @param timeline which history
 * @param directory the data directory to make
 * @param tablespaces directories for tablespaces, by oid; those that are not named go below the data directory's own
 * @param action what the server does at its target
 * @param purpose what the cluster is for
 */
public record RestoreRequest(ReadTarget.Read target, TimelineChoice timeline, Path directory,
        SortedMap<Long, Path> tablespaces, EndAction action, Purpose purpose) {

    public RestoreRequest {
        directory = directory.toAbsolutePath().normalize();
        var absolute = new TreeMap<Long, Path>();
        tablespaces.forEach((oid, path) -> absolute.put(oid, path.toAbsolutePath().normalize()));
        tablespaces = Collections.unmodifiableSortedMap(absolute);
    }

    /** To a moment of the newest history, promoted, as a copy. */
    public static RestoreRequest to(ReadTarget.Read target, Path directory) {
        return new RestoreRequest(target, new TimelineChoice.Latest(), directory, new TreeMap<>(Map.of()),
                EndAction.PROMOTE, Purpose.COPY);
    }

    public RestoreRequest with(TimelineChoice newTimeline) {
        return new RestoreRequest(target, newTimeline, directory, tablespaces, action, purpose);
    }

    public RestoreRequest with(EndAction newAction) {
        return new RestoreRequest(target, timeline, directory, tablespaces, newAction, purpose);
    }

    public RestoreRequest with(Purpose newPurpose) {
        return new RestoreRequest(target, timeline, directory, tablespaces, action, newPurpose);
    }

    /** With a directory for one more tablespace. */
    public RestoreRequest withTablespace(long oid, Path path) {
        var more = new TreeMap<>(tablespaces);
        more.put(oid, path);
        return new RestoreRequest(target, timeline, directory, more, action, purpose);
    }
}
