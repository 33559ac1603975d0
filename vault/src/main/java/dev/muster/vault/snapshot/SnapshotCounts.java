// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

/**
 * How much a capture captured.
 *
 * @param files of the source, without directories, links and what describes the capture
 * @param logicalBytes sum of their sizes
 * @param newFrameBytes bytes of frames of data that it added to the repository
 * @param readBytes bytes that it read of the source
 */
public record SnapshotCounts(long files, long logicalBytes, long newFrameBytes, long readBytes) {}
