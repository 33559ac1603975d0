// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.Transport;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How much is left of the time that several steps may take together. */
record Budget(LongSupplier nanoTime, long startNanos, long limitNanos) {

    /** From now on; a limit of zero is none. */
    static Budget of(Duration limit, LongSupplier nanoTime) {
        return new Budget(nanoTime, nanoTime.getAsLong(), limit.isZero() ? Transport.NO_LIMIT : limit.toNanos());
    }

    /** Nanoseconds, never below 0. */
    long left() {
        return limitNanos == Transport.NO_LIMIT
                ? Transport.NO_LIMIT
                : Math.max(0, limitNanos - (nanoTime.getAsLong() - startNanos));
    }
}
