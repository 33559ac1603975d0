// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;

/** A reader that keeps the log in memory, as a receiver would keep it on disk. */
final class LogCopy implements WalReader {

    private final Lsn start;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int messages;
    private int keepalives;
    private boolean replyRequested;

    LogCopy(Lsn start) {
        this.start = start;
    }

    @Override
    public void wal(WalData data) {
        var piece = data.bytes().order(ByteOrder.LITTLE_ENDIAN); // as whoever reads records from it would
        bytes.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        messages++;
    }

    @Override
    public void keepalive(Keepalive keepalive) {
        keepalives++;
        replyRequested |= keepalive.replyRequested();
    }

    Lsn end() {
        return start.plus(bytes.size());
    }

    byte[] range(int from, int to) {
        return Arrays.copyOfRange(bytes.toByteArray(), from, to);
    }

    int size() {
        return bytes.size();
    }

    int messages() {
        return messages;
    }

    int keepalives() {
        return keepalives;
    }

    /** Whether the server has asked for a status since this was last called. */
    boolean takeReplyRequest() {
        var requested = replyRequested;
        replyRequested = false;
        return requested;
    }

    StandbyStatus status(Instant now) {
        return new StandbyStatus(end(), end(), Lsn.ZERO, now, false);
    }
}
