// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;

/**
 * What was done in a time.
 *
 * @param bytes how many, more than none
 * @param took how long, more than no time
 */
public record Measurement(long bytes, Duration took) {

    public Measurement {
        if (bytes <= 0 || !took.isPositive()) {
            throw new IllegalArgumentException(bytes + " bytes in " + took + " measure nothing");
        }
    }
}
