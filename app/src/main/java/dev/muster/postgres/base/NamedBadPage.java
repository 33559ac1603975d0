// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.datadir.BadPage;

/**
 * A bad page as it is recorded.
 *
 * @param file the path of its file below the data directory
 * @param block its number in its fork
 * @param stored the checksum that it says it has
 * @param computed the checksum of its bytes
 * @param lsn when it was changed at last, as it says
 * @param relation schema and name of its relation; empty if they are not known
 */
public record NamedBadPage(String file, long block, int stored, int computed, String lsn, String relation) {

    static NamedBadPage of(BadPage page, String relation) {
        return new NamedBadPage(page.file(), page.block(), page.stored(), page.computed(), page.lsn().toString(),
                relation);
    }
}
