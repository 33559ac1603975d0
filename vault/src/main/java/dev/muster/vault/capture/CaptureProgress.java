// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

/**
 * How far a capture is.
 *
 * @param files that were finished, without those that describe the capture
 * @param logicalBytes of files so far, zeros and adopted blocks included
 * @param readBytes of the source: written to sinks
 * @param blocks looked at, zeros not included
 * @param newBlocks of them, those that the repository did not have
 * @param newFrameBytes bytes of the frames of the new blocks
 * @param packsPut packs of data that are durable
 * @param putBytes bytes of packs that are durable, of data and of maps
 */
public record CaptureProgress(long files, long logicalBytes, long readBytes, long blocks, long newBlocks,
        long newFrameBytes, long packsPut, long putBytes) {}
