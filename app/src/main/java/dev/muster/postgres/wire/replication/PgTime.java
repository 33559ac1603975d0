// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times on the wire: microseconds since the beginning of the year 2000, UTC. */
final class PgTime {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private PgTime() {}

    static Instant instant(long micros) {
        return EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(EPOCH, instant);
    }
}
