// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Judges whether a plan's directories are free for it, and what has to be moved aside so that they are. */
record ClearGround(RestorePlan plan) {

    /** @throws RestoreFault if something is in the way that is not moved aside */
    void require() {
        requireApart();
        var directory = plan.request().directory();
        var objection = objection();
        var carriesOn = objection.isEmpty() && plan.ground().directory() instanceof DirectoryState.Unfinished;
        if (moment().isPresent() && !carriesOn) {
            return;
        }
        if (objection.isPresent()) {
            throw RestoreFault.DirectoryRefused.occupied(directory, objection.get());
        }
        // Files that a restore has written are not parted from each other: there nothing is moved aside.
        plan.ground().tablespaces().forEach((path, state) -> objection(state).ifPresent(why -> {
            throw RestoreFault.TablespaceRefused.occupied(path, why);
        }));
    }

    /** What is moved aside: tablespaces first, since the data directory tells whether a restore is carried on. */
    List<Aside> asides() {
        if (moment().isEmpty()) {
            return List.of();
        }
        var asides = new ArrayList<Aside>();
        var directory = plan.request().directory();
        var objection = objection();
        plan.ground().tablespaces().forEach((path, state) -> {
            if (objection.isEmpty()) {
                objection(state).ifPresent(_ -> asides.add(aside(path, state)));
            } else if (!state.isFree() && !path.startsWith(directory)) {
                // What belongs together goes together, also what bears the mark of this plan.
                asides.add(aside(path, state));
            }
        });
        objection.ifPresent(_ -> asides.add(aside(directory, plan.ground().directory())));
        return asides;
    }

    private Optional<Instant> moment() {
        return plan.request().destination().asideAt();
    }

    private Aside aside(Path path, DirectoryState state) {
        var bytes = plan.ground().bytes().get(path);
        return new Aside(path, Destination.aside(path, moment().orElseThrow()), holds(state),
                bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes));
    }

    private static String holds(DirectoryState state) {
        return switch (state) {
            case DirectoryState.Absent _,DirectoryState.Empty _ -> "nothing";
            case DirectoryState.Occupied(String what) -> what;
            case DirectoryState.Unfinished(RestoreMark mark) -> "an unfinished restore of snapshot " + mark.snapshot()
                    + " to " + mark.target();
        };
    }

    /** Why the data directory is not free for this plan. */
    private Optional<String> objection() {
        var state = plan.ground().directory();
        if (state instanceof DirectoryState.Unfinished(RestoreMark mark) && mark.plan().equals(plan.id())
                && mark.phase() == RestoreMark.Phase.RECOVERING && !mark.target().equals(plan.targetText())) {
            return Optional.of("a server in it is already recovering to another target: " + mark.target());
        }
        return objection(state);
    }

    private Optional<String> objection(DirectoryState state) {
        return switch (state) {
            case DirectoryState.Absent _,DirectoryState.Empty _ -> Optional.empty();
            case DirectoryState.Unfinished(RestoreMark mark) when mark.plan().equals(plan.id()) -> Optional.empty();
            case DirectoryState.Occupied _,DirectoryState.Unfinished _ -> Optional.of("it holds " + holds(state));
        };
    }

    /** No tablespace may lie in another one, nor the data directory in a tablespace. */
    private void requireApart() {
        var directory = plan.request().directory();
        for (var placement : plan.placements()) {
            if (directory.startsWith(placement.directory())) {
                throw new RestoreFault.TablespaceRefused("the data directory lies in it",
                        placement.directory().toString());
            }
            if (isInsideData(placement.directory())) {
                throw new RestoreFault.TablespaceRefused("it lies among the files of the data directory",
                        placement.directory().toString());
            }
            for (var other : plan.placements()) {
                if (other.oid() != placement.oid() && other.directory().startsWith(placement.directory())) {
                    throw new RestoreFault.TablespaceRefused("another tablespace lies in it or at the same place",
                            placement.directory().toString());
                }
            }
        }
    }

    private boolean isInsideData(Path path) {
        return path.startsWith(plan.request().directory()) && !path.startsWith(plan.tablespaceDirectory());
    }
}
