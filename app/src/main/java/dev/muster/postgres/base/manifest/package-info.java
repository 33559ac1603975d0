// SPDX-License-Identifier: Apache-2.0
/**
 * Manifest: what a server says that it has sent.
 *
 * <p>A <i>manifest</i> lists the files of one base backup with their sizes and checksums, and the <i>WAL ranges</i>
 * without which they cannot be restored. Its last line is a checksum of all lines before it.
 *
 * <p>Invariants: nothing of a manifest counts before its checksum has been verified; the reader's memory does not grow
 * with the number of files; what is not in the form that PostgreSQL writes is refused.
 */
@NullMarked
package dev.muster.postgres.base.manifest;

import org.jspecify.annotations.NullMarked;
