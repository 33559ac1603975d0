// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the head of a snapshot says about the base backup in it: enough to plan a restore without reading a file of it.
 *
 * @param system the cluster
 * @param serverVersion as server_version_num: 150019
 * @param timeline on which the backup ended
 * @param start where replay begins
 * @param stop what replay must reach before the data are consistent
 * @param consistentAt the server's clock after it had reached the end: nothing that committed before {@code stop} did so
 *        later
 * @param walSegment the size of its segments
 * @param data what its pages are like
 * @param surroundings what is needed beside its data directory
 */
public record BackupFacts(SystemId system, int serverVersion, TimelineId timeline, Lsn start, Lsn stop,
        Instant consistentAt, WalSegmentSize walSegment, Data data, Surroundings surroundings) {

    private static final String PREFIX = "postgres.";
    private static final int MAJOR = 10_000;

    /**
     * What the pages are like.
     *
     * @param checksums whether they carry checksums
     * @param badPages how many were found bad while they were read; 0 says nothing if there are no checksums
     * @param fromStandby whether a standby was read
     */
    public record Data(boolean checksums, long badPages, boolean fromStandby) {}

    /**
     * What is needed beside the data directory.
     *
     * @param superuser the name of the cluster's first superuser; empty if it is not known
     * @param configuration where postgresql.conf and the files beside it are
     * @param tablespaces how many tablespaces lie outside the data directory
     */
    public record Surroundings(String superuser, Configuration configuration, int tablespaces) {}

    /** Where a cluster's configuration files are. */
    public enum Configuration {
        /** In the data directory: they are in the snapshot as they are. */
        INSIDE,
        /** Elsewhere, as on Debian; captured beside the data directory. */
        CAPTURED,
        /** Elsewhere, and Muster's user may not read them. */
        MISSING
    }

    /** The major version: 15. */
    public int major() {
        return serverVersion / MAJOR;
    }

    /** The facts as a snapshot's head has them. */
    public SortedMap<String, String> toMap() {
        var map = new TreeMap<String, String>();
        map.put(PREFIX + "system", system.toString());
        map.put(PREFIX + "server-version", Integer.toString(serverVersion));
        map.put(PREFIX + "timeline", timeline.toString());
        map.put(PREFIX + "start", start.toString());
        map.put(PREFIX + "stop", stop.toString());
        map.put(PREFIX + "consistent-at", consistentAt.toString());
        map.put(PREFIX + "wal-segment", Integer.toString(walSegment.bytes()));
        map.put(PREFIX + "checksums", Boolean.toString(data.checksums));
        map.put(PREFIX + "bad-pages", Long.toString(data.badPages));
        map.put(PREFIX + "from-standby", Boolean.toString(data.fromStandby));
        map.put(PREFIX + "superuser", surroundings.superuser);
        map.put(PREFIX + "configuration", surroundings.configuration.name());
        map.put(PREFIX + "tablespaces", Integer.toString(surroundings.tablespaces));
        return map;
    }

    /**
     * The facts in a snapshot's head; nothing if it is not that of a base backup.
     *
     * @throws IllegalArgumentException if it is one whose facts cannot be read
     */
    public static Optional<BackupFacts> of(Map<String, String> facts) {
        if (!facts.containsKey(PREFIX + "system")) {
            return Optional.empty();
        }
        var values = new Values(facts);
        try {
            var data = new Data(Boolean.parseBoolean(values.of("checksums")), Long.parseLong(values.of("bad-pages")),
                    Boolean.parseBoolean(values.of("from-standby")));
            var surroundings =
                    new Surroundings(values.of("superuser"), Configuration.valueOf(values.of("configuration")),
                            Integer.parseInt(values.of("tablespaces")));
            return Optional.of(new BackupFacts(SystemId.parse(values.of("system")),
                    Integer.parseInt(values.of("server-version")), TimelineId.parse(values.of("timeline")),
                    Lsn.parse(values.of("start")), Lsn.parse(values.of("stop")),
                    Instant.parse(values.of("consistent-at")),
                    new WalSegmentSize(Integer.parseInt(values.of("wal-segment"))), data, surroundings));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("the facts of a base backup hold a time that is none", e);
        }
    }

    private record Values(Map<String, String> facts) {

        String of(String name) {
            var value = facts.get(PREFIX + name);
            if (value == null) {
                throw new IllegalArgumentException("the facts of a base backup lack " + name);
            }
            return value;
        }
    }
}
