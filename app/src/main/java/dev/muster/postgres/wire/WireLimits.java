// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.time.Duration;

/**
 * How much a server may make the client hold, and how long it may keep it waiting.
 *
 * @param messageBytesMax the largest message that is accepted
 * @param resultBytesMax the largest answer to one command, without copied data
 * @param silenceMax how long the server may say nothing while an answer is due
 * @param writeStallMax how long it may not read what it is sent
 */
public record WireLimits(int messageBytesMax, long resultBytesMax, Duration silenceMax, Duration writeStallMax) {

    /** 16 MiB a message, 64 MiB an answer, 5 minutes of silence, 1 minute without reading. */
    public static final WireLimits DEFAULT = new WireLimits(16 << 20, 64L << 20, Duration.ofMinutes(5),
            Duration.ofMinutes(1));

    private static final int MESSAGE_BYTES_MIN = 256 << 10;

    public WireLimits {
        if (messageBytesMax < MESSAGE_BYTES_MIN || resultBytesMax < 1 || !silenceMax.isPositive()
                || !writeStallMax.isPositive()) {
            throw new IllegalArgumentException("limits too small to talk to a server");
        }
    }

    /** These limits with another bound on silence. */
    public WireLimits withSilenceMax(Duration duration) {
        return new WireLimits(messageBytesMax, resultBytesMax, duration, writeStallMax);
    }
}
