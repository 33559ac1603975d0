// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * How far this side has come. Each position is that of the first byte that is not there yet. What is reported as
 * flushed the server may throw away, and a commit that waits for it is acknowledged.
 *
 * @param written received
 * @param flushed safe from a loss of power here
 * @param applied replayed; a receiver that replays nothing leaves it at {@link Lsn#ZERO}
 * @param now this side's clock
 * @param replyRequested whether the server shall answer at once
 */
public record StandbyStatus(Lsn written, Lsn flushed, Lsn applied, Instant now, boolean replyRequested) {

    private static final int BYTES = 1 + 4 * Long.BYTES + 1;

    ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES).put((byte) 'r').putLong(written.value()).putLong(flushed.value())
                .putLong(applied.value()).putLong(PgTime.micros(now)).put((byte) (replyRequested ? 1 : 0)).flip();
    }
}
