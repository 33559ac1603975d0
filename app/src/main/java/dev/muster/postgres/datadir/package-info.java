// SPDX-License-Identifier: Apache-2.0
/**
 * Data directory: the files of a PostgreSQL cluster, as far as Muster reads or writes them.
 *
 * <p>The <i>control file</i> says which cluster this is and how it was built. A <i>relation file</i> holds one segment of
 * one fork of a table or an index in <i>pages</i>. The <i>backup label</i> says where replay of a backup begins, the
 * <i>tablespace map</i> where its tablespaces lie. A <i>bad page</i> does not have the checksum that it says it has.
 *
 * <p>Invariants: sizes and offsets are those of PostgreSQL 15 to 18; what carries a checksum is read only if it is right.
 */
@NullMarked
package dev.muster.postgres.datadir;

import org.jspecify.annotations.NullMarked;
