// SPDX-License-Identifier: Apache-2.0
/**
 * Tar: the archives that a server sends its files in.
 *
 * <p>An <i>archive</i> is a sequence of members and two blocks of zeros. A <i>member</i> is one file, directory or
 * symbolic link. A <i>block</i> is 512 bytes: a header, or data padded with zeros.
 *
 * <p>Invariants: the reader holds one header and nothing else, however the bytes are cut; a name that leaves its
 * directory is never handed on; an archive that lacks its end is refused.
 */
@NullMarked
package dev.muster.postgres.base.tar;

import org.jspecify.annotations.NullMarked;
