// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.util.Optional;

/**
 * What one restore measured. A step that was too small to give a rate has none: its time is part of the rest, as it is
 * where such a restore is forecast.
 *
 * @param copy bytes of files, and the time until they were durable
 * @param replay bytes of WAL, and the time in which they were fetched and replayed
 * @param rest the time of everything else: the server's start, the comparison, its stop, the finish
 */
public record Measured(Optional<Measurement> copy, Optional<Measurement> replay, Optional<Duration> rest) {

    /** An empty cluster has 25 MB in a thousand files: copying it tells how long files take, and nothing of bytes. */
    public static final long COPY_BYTES_MIN = 64_000_000;

    /**
     * More than two segments of the usual size: in less it is seen how long the first takes to come, and where the WAL of
     * a backup ends is known only to a segment until somebody reads it.
     */
    public static final long REPLAY_BYTES_MIN = 40_000_000;

    /** The server says hundredths of a second; in less than ten of them everything else that a machine does counts too. */
    private static final Duration TIME_MIN = Duration.ofMillis(100);

    /** A restore that was carried on: what a run before had done is not known. */
    public static Measured nothing() {
        return new Measured(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Takes what can be learned from a restore that was done in one run.
     *
     * @param copy all files
     * @param walBytes how many bytes of WAL were to be replayed
     * @param replay what the server says of its replay; empty if it does not, and then a replay of some size cannot be
     *        told from the rest
     * @param total all of the restore
     */
    public static Measured of(Measurement copy, long walBytes, Optional<Measurement> replay, Duration total) {
        var copied = Optional.of(copy).filter(each -> tellsARate(each, COPY_BYTES_MIN));
        var replayed = replay.filter(each -> tellsARate(each, REPLAY_BYTES_MIN));
        var known = took(copied).plus(took(replayed));
        var isHidden = replay.isEmpty() && walBytes >= REPLAY_BYTES_MIN;
        var rest = Optional.of(total.minus(known)).filter(time -> !isHidden && !time.isNegative());
        return new Measured(copied, replayed, rest);
    }

    private static boolean tellsARate(Measurement measurement, long bytesMin) {
        return measurement.bytes() >= bytesMin && measurement.took().compareTo(TIME_MIN) >= 0;
    }

    private static Duration took(Optional<Measurement> measurement) {
        return measurement.map(Measurement::took).orElse(Duration.ZERO);
    }
}
