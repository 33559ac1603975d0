// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What a backup shall be like.
 *
 * @param system the protected system that it is of
 * @param component of the system
 * @param host that takes it
 * @param tags what people say of it
 * @param pace how hard the server is asked to work
 */
public record BackupRequest(String system, String component, String host, Map<String, String> tags, Pace pace) {

    /**
     * How hard the server is asked to work.
     *
     * @param fastCheckpoint whether the checkpoint at the beginning is done at once, instead of over minutes
     * @param kibPerSecondMax how fast it sends at most; empty for as fast as it can
     * @param zstdLevel of what is stored: 1 is fast, 3 is usual
     */
    public record Pace(boolean fastCheckpoint, OptionalInt kibPerSecondMax, int zstdLevel) {

        /** At once, as fast as it can, compressed fast. */
        public static Pace fast() {
            return new Pace(true, OptionalInt.empty(), 1);
        }
    }

    public BackupRequest {
        tags = Map.copyOf(tags);
    }

    /** Of a system's database, at full speed, without tags. */
    public static BackupRequest of(String system, String component, String host) {
        return new BackupRequest(system, component, host, Map.of(), Pace.fast());
    }
}
