// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a backup is.
 *
 * @param phase what is being done
 * @param doneBytes of the phase
 * @param totalBytes of the phase, as far as it can be told; for files the server's estimate
 * @param elapsed since the phase began
 */
public record BackupProgress(Phase phase, long doneBytes, OptionalLong totalBytes, Duration elapsed) {

    /** What is being done. */
    public enum Phase {
        /** The server writes its checkpoint. */
        CHECKPOINT,
        /** Files arrive. */
        FILES,
        /** The cluster is described. */
        DOCUMENTS,
        /** The log is awaited. */
        LOG,
        /** The snapshot is committed. */
        COMMIT
    }

    private static final double NANOS = 1e9;

    /** Bytes a second since the phase began; 0 at its beginning. */
    public double rate() {
        var seconds = elapsed.toNanos() / NANOS;
        return seconds > 0 ? doneBytes / seconds : 0;
    }

    /** How long the phase will still take, if that can be told. */
    public Optional<Duration> left() {
        if (totalBytes.isEmpty() || doneBytes == 0 || rate() == 0) {
            return Optional.empty();
        }
        var bytes = Math.max(0, totalBytes.getAsLong() - doneBytes);
        return Optional.of(Duration.ofNanos((long) (bytes / rate() * NANOS)));
    }
}
