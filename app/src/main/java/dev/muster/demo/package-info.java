// SPDX-License-Identifier: Apache-2.0
/**
 * The demonstration: a disaster on an embedded PostgreSQL, survived from one command.
 *
 * <p>A <i>clinic</i> is the database that suffers, the same for the same seed. The <i>workload</i> is the writers that
 * keep committing to it; each remembers what the server acknowledged. A <i>disaster</i> is what is done to it. A
 * <i>verdict</i> compares what came back with what was acknowledged. The <i>scoreboard</i> holds the numbers against the
 * objectives.
 *
 * <p>Invariants: nothing is counted as recovered that was not read back from the recovered server and compared; a commit
 * whose outcome the server never told is counted apart.
 */
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
