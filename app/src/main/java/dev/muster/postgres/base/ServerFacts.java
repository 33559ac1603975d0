// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.conninfo.ServerHost;
import dev.muster.postgres.datadir.ControlFile;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a server says of itself before it is read.
 *
 * @param host where it is
 * @param version as server_version_num: 150019
 * @param versionText as it prints it
 * @param identity which cluster
 * @param standby whether it is in recovery
 * @param layout how its files are built
 * @param databaseBytes how large its databases are together, if the user may know
 * @param tablespaces where its tablespaces lie, by oid
 */
public record ServerFacts(ServerHost host, int version, String versionText, Identity identity, boolean standby,
        Layout layout,
        OptionalLong databaseBytes, Map<Long, String> tablespaces) {

    /** Which cluster it is, on which timeline, and how far its log is flushed. */
    public record Identity(SystemId system, TimelineId timeline, Lsn position) {}

    /**
     * How its files are built.
     *
     * @param checksums whether pages carry checksums
     * @param directoryMode the mode of its directories
     */
    public record Layout(ControlFile.Sizes sizes, boolean checksums, int directoryMode) {}
}
