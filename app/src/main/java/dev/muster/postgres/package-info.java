// SPDX-License-Identifier: Apache-2.0
/**
 * PostgreSQL: the words that everything about a server shares.
 *
 * <p>An <i>LSN</i> is a byte position in the write-ahead log. A <i>timeline</i> is one history of a cluster; promotion
 * and point-in-time recovery each begin a new one. A <i>segment</i> is the file that holds one fixed-size piece of a
 * timeline's log. A <i>system id</i> is given to a cluster by initdb and shared by all its copies.
 *
 * <p>Invariants: all numbers here are unsigned, as they are in the server; what is parsed prints as it was.
 */
@NullMarked
package dev.muster.postgres;

import org.jspecify.annotations.NullMarked;
