// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;

/**
 * Segments of a log were found missing or cut, which no crash of this program leaves: a file system after a power cut, or
 * somebody.
 *
 * @param incarnation whose log it is
 * @param usableTo position after the last byte that can be used; what followed has to be had from elsewhere
 * @param aside how many files were found behind it, which are kept aside until what they hold is stored
 * @param place where these are
 */
public record SpoolCut(Uid incarnation, Lsn usableTo, int aside, String place) {}
