// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.datadir.ControlFile;
import java.util.List;

/**
 * The document {@link Documents#CLUSTER}. Its names are a contract.
 *
 * @param system the cluster's identifier
 * @param serverVersion server_version_num
 * @param serverVersionText as the server prints it
 * @param catalogVersion of its system catalogues
 * @param fromStandby whether a standby was read
 * @param timeline on which the backup ended
 * @param startLsn where replay begins
 * @param stopLsn what it must reach
 * @param checkpointLsn where the record of the checkpoint is
 * @param consistentAt the server's clock after it had reached the end
 * @param blockBytes of a page
 * @param walSegmentBytes of a segment of the log
 * @param checksums whether pages carry checksums
 * @param badPages how many were bad
 * @param limits settings that a server that recovers this must have at least
 * @param ranges the log that it needs
 */
record ClusterDocument(String system, int serverVersion, String serverVersionText, int catalogVersion,
        boolean fromStandby, long timeline, String startLsn, String stopLsn, String checkpointLsn, String consistentAt,
        int blockBytes, int walSegmentBytes, boolean checksums, long badPages, ControlFile.Limits limits,
        List<Range> ranges) {

    record Range(long timeline, String startLsn, String endLsn) {}
}
