// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;

/** How far a restore has come. */
public sealed interface RestoreProgress {

    /**
     * A step that has nothing to count.
     *
     * @param what it does, such as {@code starting the server}
     */
    record Doing(String what) implements RestoreProgress {}

    /** Files are being written; what was there already from a run before counts as written. */
    record Copying(long files, long filesTotal, long bytes, long bytesTotal) implements RestoreProgress {}

    /**
     * The server replays the log.
     *
     * @param from where it began
     * @param at as far as it is known to have come
     * @param end where the plan expects it to end
     */
    record Replaying(Lsn from, Lsn at, Lsn end) implements RestoreProgress {}
}
