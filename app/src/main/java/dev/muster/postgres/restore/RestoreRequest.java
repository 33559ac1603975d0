// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;

/**
 * What a restore shall be like.
 *
 * @param target the moment, and how it was read
 * @param timeline which history
 * @param destination where the cluster goes
 * @param action what the server does at its target
 * @param purpose what the cluster is for
 */
public record RestoreRequest(ReadTarget.Read target, TimelineChoice timeline, Destination destination, EndAction action,
        Purpose purpose) {

    /** To a moment of the newest history, promoted, as a copy. */
    public static RestoreRequest to(ReadTarget.Read target, Path directory) {
        return new RestoreRequest(target, new TimelineChoice.Latest(), Destination.of(directory), EndAction.PROMOTE,
                Purpose.COPY);
    }

    /** The data directory to make. */
    public Path directory() {
        return destination.directory();
    }

    /** Directories for tablespaces, by oid. */
    public SortedMap<Long, Path> tablespaces() {
        return destination.tablespaces();
    }

    public RestoreRequest with(TimelineChoice newTimeline) {
        return new RestoreRequest(target, newTimeline, destination, action, purpose);
    }

    public RestoreRequest with(EndAction newAction) {
        return new RestoreRequest(target, timeline, destination, newAction, purpose);
    }

    public RestoreRequest with(Purpose newPurpose) {
        return new RestoreRequest(target, timeline, destination, action, newPurpose);
    }

    /** With a directory for one more tablespace. */
    public RestoreRequest withTablespace(long oid, Path path) {
        return with(destination.with(oid, path));
    }

    /** What is in the way is renamed after this moment instead of being refused. */
    public RestoreRequest movingAside(Instant moment) {
        return with(destination.movingAside(moment));
    }

    private RestoreRequest with(Destination newDestination) {
        return new RestoreRequest(target, timeline, newDestination, action, purpose);
    }
}
