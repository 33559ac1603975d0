// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.time.Duration;

/** How much would be lost of what the server has flushed, as the age of the oldest byte of it, by one monotonic clock. */
public sealed interface Rpo {

    /** At least this much, if it is unknown. */
    Duration age();

    /**
     * The server was heard of just now.
     *
     * @param age of the oldest byte that the server has flushed and this place does not have; zero if it has all
     */
    record Known(Duration age) implements Rpo {}

    /**
     * The server is silent: what it has flushed since cannot be known.
     *
     * @param age of what is known to be missing
     * @param silent how long nothing was heard: what may be missing beyond that is at most this old
     */
    record Unknown(Duration age, Duration silent) implements Rpo {}

    /** The server was never heard of, or this place lacks what it had before that: how old it is nobody knows. */
    record Never() implements Rpo {
        @Override
        public Duration age() {
            return Duration.ZERO;
        }
    }
}
