// SPDX-License-Identifier: Apache-2.0
/**
 * Records of the write-ahead log, as far as is needed to know where a log ends.
 *
 * <p>A <i>page</i> is the unit that a log is written in, with a header. A <i>record</i> says one change; it may go on over
 * any number of pages, each of which says how much of it is left. The <i>valid end</i> is the position after the last
 * record that is whole and has the checksum that it says it has.
 *
 * <p>Invariants: what the server itself would not replay is not valid here.
 */
@NullMarked
package dev.muster.postgres.wal.record;

import org.jspecify.annotations.NullMarked;
