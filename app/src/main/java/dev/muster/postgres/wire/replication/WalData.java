// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;

/** A piece of the log as it arrived. The same object shows every piece: it is valid until the callback returns. */
public final class WalData {

    static final int HEADER_BYTES = 3 * Long.BYTES;

    private long start;
    private long end;
    private long serverEnd;
    private long sentMicros;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    WalData() {}

    /** Takes a message after its type; it has at least a header. */
    void take(ByteBuffer message) {
        start = message.getLong();
        serverEnd = message.getLong();
        sentMicros = message.getLong();
        end = start + message.remaining();
        bytes = message;
    }

    /** The position of the first byte. */
    public Lsn start() {
        return new Lsn(start);
    }

    /** The position after the last byte. */
    public Lsn end() {
        return new Lsn(endValue());
    }

    long startValue() {
        return start;
    }

    long endValue() {
        return end;
    }

    /** How far the server's log reached when it sent this. */
    public Lsn serverEnd() {
        return new Lsn(serverEnd);
    }

    /** When the server sent this, by its own clock. */
    public Instant sentAt() {
        return PgTime.instant(sentMicros);
    }

    /** The bytes of the log, in place, backed by an array. */
    public ByteBuffer bytes() {
        return bytes;
    }
}
