// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.util.Optional;

/** Where replay ends, and what tells that it got there. */
public sealed interface Stop {

    /**
     * At the end of the WAL that the repository holds.
     *
     * @param end of the last record that is whole
     */
    record EndOfWal(Lsn end) implements Stop {}

    /** As soon as the data are consistent. */
    record Consistent(Lsn stop) implements Stop {}

    /**
     * At a target that the server looks for.
     *
     * @param target a time, a position, a transaction or a name
     * @param at where replay will end, if the record that ends it was found in the WAL; nothing if only the server can
     *        tell whether there is one
     */
    record AtTarget(RecoveryTarget target, Optional<Lsn> at) implements Stop {}
}
