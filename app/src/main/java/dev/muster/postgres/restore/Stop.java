// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.util.Optional;

/** Where replay ends, and what tells that it got there. */
public sealed interface Stop {

    /** At the end of the WAL that the repository holds. */
    record EndOfWal(Lsn end) implements Stop {}

    /** As soon as the data are consistent. */
    record Consistent(Lsn stop) implements Stop {}

    /**
     * At a target that the server looks for.
     *
     * @param target a time, a position, a transaction or a name
     * @param at where it was seen in the WAL, if it was looked for
     * @param provenTo the end of the WAL, if that is known to lie at or after the target: should the server reach the end
     *        before it has met the target, then nothing that belongs to it is missing
     */
    record AtTarget(RecoveryTarget target, Optional<Lsn> at, Optional<Lsn> provenTo) implements Stop {}
}
