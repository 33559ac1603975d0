// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.wire.CopyBoth;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The log of one timeline as it is written. One thread receives; any thread may send a status or {@link #finish}.
 *
 * <p>Nothing is allocated for a piece of the log, and nothing is copied: {@link WalReader#wal} gets it where it arrived.
 */
public final class WalStream {

    /** What one call of {@link #receive} found. */
    public enum Received {
        /** A piece of the log, or a sign of life, was handed out. */
        MESSAGE,
        /** Nothing came in time. */
        NOTHING,
        /** The stream is over: {@link #end}. */
        ENDED
    }

    /** What a server may still have under way when it is asked to stop: its buffers, and those of the network. */
    private static final long DROPPED_BYTES_MAX = 256L << 20;
    private static final int KEEPALIVE_BYTES = 2 * Long.BYTES + 1;
    private static final WalReader NOBODY = new WalReader() {
        @Override
        public void wal(WalData data) {}

        @Override
        public void keepalive(Keepalive keepalive) {}
    };

    private final WireConnection connection;
    private final CopyBoth copy;
    private final CopyBoth.Sink sink = this::message;
    private final WalData data = new WalData();
    private WalReader reader = NOBODY;
    private long expected;

    WalStream(WireConnection connection, CopyBoth copy, Lsn start) {
        this.connection = connection;
        this.copy = copy;
        this.expected = start.value();
    }

    /**
     * Receives one message, or the end.
     *
     * @param timeout how long to wait for it; zero not at all
     * @param to gets it
     * @throws WireFault.ServerError if the server reports an error instead, for instance that the log is not there any
     * more
     */
    public Received receive(Duration timeout, WalReader to) {
        reader = to;
        return switch (copy.receive(timeout.toNanos(), sink)) {
            case DATA -> Received.MESSAGE;
            case NOTHING -> Received.NOTHING;
            case ENDED -> Received.ENDED;
        };
    }

    /**
     * Whether {@link #receive} would find something without waiting: if not, it is a good moment to flush and report.
     * Not to be asked by a reader.
     */
    public boolean ready() {
        return copy.ready();
    }

    private void message(ByteBuffer message) {
        var type = message.hasRemaining() ? message.get() : 0;
        if (type == 'w' && message.remaining() >= WalData.HEADER_BYTES) {
            wal(message);
        } else if (type == 'k' && message.remaining() == KEEPALIVE_BYTES) {
            reader.keepalive(new Keepalive(new Lsn(message.getLong()), PgTime.instant(message.getLong()),
                    message.get() != 0));
        } else {
            throw violation("The server sends something else than the log and signs of life");
        }
    }

    private void wal(ByteBuffer message) {
        data.take(message);
        if (data.startValue() != expected) {
            throw violation("The log that the server sends has a gap: " + data.start() + " instead of "
                    + new Lsn(expected));
        }
        expected = data.endValue();
        reader.wal(data);
    }

    /**
     * Tells the server how far this side has come; any thread may. That the stream is over, or the server gone, is found
     * by whoever receives, after the log that had been sent before: a failing server's last bytes are worth having.
     */
    public void sendStatus(StandbyStatus status) {
        try {
            copy.send(status.encode());
        } catch (TransportFault.Lost | TransportFault.Closed _) {
            // the receiver will see for itself
        }
    }

    /** Asks the server to stop; any thread may. What it had sent before can still be received. */
    public void finish() {
        copy.finish();
    }

    /**
     * Asks the server to stop and drops what it had sent before.
     *
     * @param timeout how long it may say nothing until it has stopped
     */
    public StreamEnd stop(Duration timeout) {
        copy.finish();
        var from = expected;
        while (true) {
            switch (receive(timeout, NOBODY)) {
                case MESSAGE -> {
                    if (expected - from > DROPPED_BYTES_MAX) {
                        connection.abort();
                        throw violation("The server does not stop streaming");
                    }
                }
                case NOTHING -> {
                    connection.abort();
                    throw new TransportFault.TimedOut("The server does not stop streaming",
                            connection.host().toString());
                }
                case ENDED -> {
                    return end();
                }
            }
        }
    }

    /** Why it is over, after {@link Received#ENDED}. */
    public StreamEnd end() {
        return switch (copy.ending()) {
            case SERVER_DONE -> {
                var answer = Answer.of(connection, copy.results());
                yield new StreamEnd.TimelineEnded(answer.required("next_tli", TimelineId::parse),
                        answer.required("next_tli_startpos", Lsn::parse));
            }
            case CLIENT_DONE -> new StreamEnd.Stopped();
            case SERVER_SHUTDOWN -> new StreamEnd.ServerShutdown();
        };
    }

    private WireFault violation(String what) {
        return new WireFault.Protocol(what, connection.host().toString());
    }
}
