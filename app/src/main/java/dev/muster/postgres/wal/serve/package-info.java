// SPDX-License-Identifier: Apache-2.0
/**
 * Serving: log out of the repository for a server that recovers.
 *
 * <p>The <i>stage</i> is a directory between two processes: the server's {@code restore_command}, a POSIX shell script
 * that needs nothing else, <i>wants</i> a file there and waits; the <i>server of log</i> puts it there, and a few that
 * will be wanted next. A file is <i>absent</i> only if the repository says so for certain; everything else that is not
 * delivered is <i>trouble</i>, which must stop a recovery, since a recovery that is told "absent" ends and promotes.
 *
 * <p>Invariants: the script ends with 0 only if the file is whole in its place, with 1 only if it is absent for certain,
 * and with 126 or more on any trouble, also if nobody serves any more; a file appears on the stage whole; no more room is
 * used than was given.
 */
@NullMarked
package dev.muster.postgres.wal.serve;

import org.jspecify.annotations.NullMarked;
