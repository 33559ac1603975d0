// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.time.Duration;

/**
 * When log is moved to the repository: whichever comes first.
 *
 * @param every how long a byte waits at most
 * @param bytes how many bytes wait at most
 */
public record Cadence(Duration every, int bytes) {

    /** A second, or 4 MiB. */
    public static final Cadence DEFAULT = new Cadence(Duration.ofSeconds(1), 4 << 20);

    public Cadence {
        if (every.isNegative() || bytes < 1) {
            throw new IllegalArgumentException("log is moved every " + every + " or " + bytes + " bytes");
        }
    }

    /**
     * How many requests to put objects this needs, since stores are paid for by the request.
     *
     * @param busyShare which part of the time there is new log, 0 to 1: an idle server writes none
     * @param bytesPerDay how much log there is
     * @param segmentBytes size of the server's segments
     */
    public long putsPerDay(double busyShare, long bytesPerDay, int segmentBytes) {
        var seconds = Math.max(every.toMillis(), 1) / 1000.0;
        var byTime = (double) Duration.ofDays(1).toSeconds() / seconds * Math.clamp(busyShare, 0, 1);
        var bySize = (double) bytesPerDay / bytes;
        var folds = (double) bytesPerDay / Math.min(segmentBytes, 16 << 20);
        return Math.round(Math.max(Math.min(byTime, (double) bytesPerDay), bySize) + folds);
    }
}
