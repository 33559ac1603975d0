// SPDX-License-Identifier: Apache-2.0
/**
 * The write-ahead log as a repository keeps it: ranges of bytes of known descent (docs/format.md, sections 7, 9 and 12).
 *
 * <p>A <i>lineage</i> says what one history of WAL is: which system, which timeline, where it left its <i>parent</i>
 * (the <i>fork</i>), and its history file. Its <i>incarnation</i> is the random name under which its bytes are stored,
 * since system identifier, timeline and LSN together are not unique. A <i>span</i> is a stretch of LSNs. A <i>range</i>
 * is an object that holds one span; its <i>head</i> says what it holds, in <i>frames</i>. A <i>tail</i> is a range of a
 * segment that was still being written. <i>Folding</i> makes one range of a segment's many. A <i>cover</i> is the union
 * of ranges; a <i>gap</i> is what it lacks. A <i>continuation</i> is a server's bytes after the stored end, once it is
 * shown that what lies before is the same.
 *
 * <p>Invariants: LSNs are unsigned; a range lies within one segment and its frames cover it without a gap; two ranges
 * of one incarnation never say different things of one byte without somebody being told; no byte is handed out that did
 * not authenticate for exactly this incarnation's frame at exactly this LSN; a child never shows its parent's bytes past
 * the fork.
 */
@NullMarked
package dev.muster.vault.wal;

import org.jspecify.annotations.NullMarked;
