// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;

/**
 * A page whose checksum is not that of its bytes.
 *
 * @param file the path of its file below the data directory
 * @param block its number in its fork, counted over all segments
 * @param stored the checksum that it says it has
 * @param computed the checksum of its bytes
 * @param lsn the WAL position that it says it was changed at last
 */
public record BadPage(String file, long block, int stored, int computed, Lsn lsn) {}
