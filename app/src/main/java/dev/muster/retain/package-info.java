// SPDX-License-Identifier: Apache-2.0
/**
 * Retention: which snapshots and which WAL of a system are kept, and why (docs/design/retention.md).
 *
 * <p>A <i>policy</i> is what somebody wants kept. A <i>tier</i> counts <i>periods</i>, such as days, that have a snapshot, newest
 * first; the last snapshot of a period <i>stands for</i> it. A <i>term</i> is how long a tag keeps. The <i>window</i> is the time
 * before the newest snapshot in which every moment is promised; a <i>stretch</i> is one in which every moment can be reached, and
 * its <i>base</i> the snapshot from which that begins. A <i>hold</i> keeps a snapshot until somebody ends it. A <i>decision</i> is
 * what becomes of one snapshot, with all reasons. A snapshot that is not kept <i>expires</i>; WAL that nothing needs is
 * <i>released</i>: garbage collection may take it.
 *
 * <p>Invariants: every age is measured from the newest snapshot, so that nothing expires because backups have stopped; the newest
 * snapshot never expires, nor one that is held, nor one whose clock cannot be trusted; at least the minimum is kept; no moment of
 * the window that could be reached before cannot be reached afterwards; no WAL is released that a snapshot which stays, or a
 * session that runs, needs.
 */
@NullMarked
package dev.muster.retain;

import org.jspecify.annotations.NullMarked;
