// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

/**
 * What told that a file had not changed, for the next capture.
 *
 * @param changedNanos ctime in nanoseconds since 1970
 * @param inode of the file; unsigned
 */
public record Evidence(long changedNanos, long inode) {}
