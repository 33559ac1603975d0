// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

/** What is in a directory that a cluster is to be restored into. */
public sealed interface DirectoryState {

    /** Whether there is nothing that could be lost. */
    default boolean isFree() {
        return switch (this) {
            case Absent _,Empty _ -> true;
            case Unfinished _,Occupied _ -> false;
        };
    }

    /** There is no such directory. */
    record Absent() implements DirectoryState {}

    /** There is nothing in it. */
    record Empty() implements DirectoryState {}

    /** A restore was begun in it and has not ended. */
    record Unfinished(RestoreMark mark) implements DirectoryState {}

    /**
     * Something else is in it, or it is no directory.
     *
     * @param what was found, such as a file's name
     */
    record Occupied(String what) implements DirectoryState {}
}
