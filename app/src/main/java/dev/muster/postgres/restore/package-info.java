// SPDX-License-Identifier: Apache-2.0
/**
 * Restore: a cluster brought back to a moment.
 *
 * <p>A <i>target</i> is the moment that is asked for. An <i>incarnation</i> is one history of a cluster's WAL; restoring
 * and promoting begins another, its child, at a <i>fork</i>. A <i>path</i> leads from the incarnation of a snapshot to
 * that of the target. A <i>recovery window</i> is a stretch of a path in which every moment can be reached. A <i>plan</i>
 * says from what, to where, through which WAL, and with which settings; it is made before anything is touched. What is
 * moved <i>aside</i> gets another name, and stays as it is.
 *
 * <p>A <i>measurement</i> is what was done in a time. The <i>pace</i> is what restores on this host have measured; the
 * <i>forecast</i> of a restore is how long it takes at that pace, in three steps: the copy of the files, the replay of the
 * WAL, and the <i>rest</i>, which is everything else and every step too small to give a rate.
 *
 * <p>Invariants: a plan is a pure function of what the repository lists and what was asked; nothing is written into a
 * directory that holds anything but an unfinished restore of the same plan; a cluster that is not complete cannot be
 * started; what was reached is compared with what was planned, and less is a failure; what was not measured is unknown,
 * and no trouble with a pace ever stops a restore.
 */
@NullMarked
package dev.muster.postgres.restore;

import org.jspecify.annotations.NullMarked;
