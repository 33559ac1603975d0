// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.time.Duration;

/**
 * How long is waited before a request counts as failed.
 *
 * @param connect for a connection
 * @param idle for an answer to begin, and for its next bytes
 * @param slowestUploadBytesPerSecond adds time in which an answer must begin, by the length of what is sent
 */
public record Timing(Duration connect, Duration idle, long slowestUploadBytesPerSecond) {

    /** For the internet. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), 256 << 10);

    /** How long the answer to a request of so many bytes may take to begin. */
    Duration answer(long requestBytes) {
        return idle.plusSeconds(requestBytes / slowestUploadBytesPerSecond);
    }
}
