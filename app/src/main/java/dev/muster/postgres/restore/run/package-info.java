// SPDX-License-Identifier: Apache-2.0
/**
 * Running a restore: a plan carried out, step by step, so that it can be broken off anywhere and carried on.
 *
 * <p>The <i>ground</i> is what is found where a cluster goes. The <i>layout</i> says where each file of a snapshot goes.
 * A file is <i>complete</i> when it is durable and has its own time again, which is set last. To <i>recover</i> is to let
 * a server replay the log; what it <i>reached</i> is compared with what the plan <i>promised</i>. A <i>kept place</i> is
 * one that nothing is restored into, or that is not moved: the repository, the state directory, the key.
 *
 * <p>Invariants: nothing is written before the mark of the plan is durable, and nothing but an empty directory or one
 * with that mark is written into; what is moved aside is renamed as a whole, and never deleted; pg_control is not there while anything else is missing, so that no server starts on half
 * a cluster; nor is it there when a server has recovered less than was promised; the command that fetches the log is
 * never part of the configuration, so that a cluster which is not recovered yet refuses to start by itself; the mark goes
 * last.
 *
 * <p>Crash points, in their order: {@code restore.after-aside} (after each directory), {@code restore.after-mark}, {@code .in-files} (after each batch),
 * {@code .after-files}, {@code .after-configuration}, {@code .after-directories}, {@code .after-control},
 * {@code .after-ready}, {@code .before-start}, {@code .after-start}, {@code .after-recovery}, {@code .after-stop},
 * {@code .after-settings}, {@code .before-unmark}.
 */
@NullMarked
package dev.muster.postgres.restore.run;

import org.jspecify.annotations.NullMarked;
