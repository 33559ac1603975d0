// SPDX-License-Identifier: Apache-2.0
/**
 * Base backup: a running cluster's files in a snapshot.
 *
 * <p>A <i>plan</i> says what will be read, before anything is. The <i>facts</i> of a backup are what a restore is planned
 * from; <i>documents</i> beside the files say what the files do not: names, settings, versions. A backup is
 * <i>consistent</i> from the position on at which it stopped, and needs the log from where it started.
 *
 * <p>Invariants: every file has the size and the checksum that the server's manifest says, and the manifest the checksum
 * that it says itself; a page that is bad is recorded, never hidden; a snapshot is committed only when the log from start
 * to stop is in the same repository.
 */
@NullMarked
package dev.muster.postgres.base;

import org.jspecify.annotations.NullMarked;
