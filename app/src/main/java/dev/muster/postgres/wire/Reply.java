// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one command as a sequence of events. It can be read a little at a time; it ends with {@link Event#READY}
 * or, if the server reported an error, with that error once the server is ready again. If the server goes instead, that
 * is what is reported, with the error as its cause.
 */
final class Reply {

    enum Event {
        /** Nothing came in time. */
        NOTHING,
        /** A statement is answered: {@link #result}. */
        RESULT,
        /** The server begins to copy out. */
        COPY_OUT,
        /** The server waits for data. */
        COPY_IN,
        /** Both sides may send data. */
        COPY_BOTH,
        /** Data has come: {@link #data}. */
        DATA,
        /** The server has sent all its data. */
        COPY_END,
        /** The server waits for the next command. */
        READY
    }

    private enum Phase {
        RESULTS, COPY_OUT, COPY_IN, COPY_BOTH, FAILED, ENDED
    }

    private static final int ROW_BYTES = 64;
    private static final int VALUE_BYTES = 24;
    private static final int RESULT_BYTES = 256;

    private final Conversation conversation;
    private Phase phase = Phase.RESULTS;
    private @Nullable List<Column> columns;
    private List<Row> rows = new ArrayList<>();
    private long resultBytes;
    private @Nullable QueryResult result;
    private WireFault.@Nullable ServerError error;

    Reply(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The answered statement of the last {@link Event#RESULT}. */
    QueryResult result() {
        return Objects.requireNonNull(result);
    }

    /** The data of the last {@link Event#DATA}, in place. */
    ByteBuffer data() {
        return body().bytes();
    }

    private MessageBody body() {
        return conversation.body();
    }

    /** Reads up to the next event. */
    Event next(long timeoutNanos) {
        while (true) {
            var type = receive(timeoutNanos);
            if (type == 0) {
                return Event.NOTHING;
            }
            try {
                var event = event(type);
                if (event != Event.NOTHING) {
                    return event;
                }
            } catch (WireFault.Protocol e) {
                conversation.close();
                throw e;
            }
        }
    }

    /** A server that shuts down ends the session right after an error that would not have ended it: both are told. */
    private byte receive(long timeoutNanos) {
        try {
            return conversation.next(timeoutNanos);
        } catch (TransportFault.Lost e) {
            if (error == null) {
                throw e;
            }
            error.addSuppressed(e);
            throw new TransportFault.Lost("The server has ended the connection after " + error.serverMessage(),
                    conversation.server(), error);
        }
    }

    /** What a message means; NOTHING if it is only part of something. */
    private Event event(byte type) {
        return switch (type) {
            case 'd' -> copied();
            case 'T' -> description();
            case 'D' -> row();
            case 'C' -> completed();
            case 'I' -> empty();
            case 'H' -> copy(Phase.COPY_OUT, Event.COPY_OUT);
            case 'G' -> copy(Phase.COPY_IN, Event.COPY_IN);
            case 'W' -> copy(Phase.COPY_BOTH, Event.COPY_BOTH);
            case 'c' -> copyEnd();
            case 'E' -> failed();
            case 'Z' -> ready();
            default -> throw unexpected((char) type);
        };
    }

    private Event copied() {
        require(phase == Phase.COPY_OUT || phase == Phase.COPY_BOTH, 'd');
        return Event.DATA;
    }

    private Event description() {
        require(phase == Phase.RESULTS && columns == null, 'T');
        var count = body().int16();
        var described = new ArrayList<Column>();
        for (var i = 0; i < count; i++) {
            described.add(Column.read(body()));
        }
        body().end();
        columns = described;
        return Event.NOTHING;
    }

    private Event row() {
        var described = columns;
        if (phase != Phase.RESULTS || described == null) {
            throw unexpected('D');
        }
        charge(body().bytes().remaining() + ROW_BYTES + (long) VALUE_BYTES * described.size());
        require(body().int16() == described.size(), 'D');
        var values = new byte[described.size()][];
        for (var i = 0; i < values.length; i++) {
            var length = body().int32();
            if (length != -1) {
                values[i] = body().bytes(length);
            }
        }
        body().end();
        rows.add(new Row(described, values));
        return Event.NOTHING;
    }

    /** In the middle of a copy in both directions this is how a server says that it shuts down. */
    private Event completed() {
        require(phase == Phase.RESULTS || phase == Phase.COPY_BOTH, 'C');
        var tag = body().string();
        body().end();
        return result(tag);
    }

    private Event empty() {
        require(phase == Phase.RESULTS && columns == null, 'I');
        body().end();
        return result("");
    }

    private Event result(String tag) {
        charge(RESULT_BYTES);
        result = new QueryResult(columns == null ? List.of() : columns, rows, tag);
        columns = null;
        rows = new ArrayList<>();
        return Event.RESULT;
    }

    /** What an answer takes up here, with the objects around its bytes: a server can send many that hold next to nothing. */
    private void charge(long bytes) {
        resultBytes += bytes;
        if (resultBytes > conversation.limits().resultBytesMax()) {
            throw conversation.violation("The server's answer is larger than "
                    + conversation.limits().resultBytesMax() + " bytes");
        }
    }

    /** The format and the number of columns do not matter: what is copied here has none. */
    private Event copy(Phase begun, Event event) {
        require(phase == Phase.RESULTS && columns == null, 'H');
        body().int8();
        var count = body().int16();
        for (var i = 0; i < count; i++) {
            body().int16();
        }
        body().end();
        phase = begun;
        return event;
    }

    private Event copyEnd() {
        require(phase == Phase.COPY_OUT || phase == Phase.COPY_BOTH, 'c');
        phase = Phase.RESULTS;
        return Event.COPY_END;
    }

    /** The client has sent all its data. */
    void copiedIn() {
        phase = phase == Phase.COPY_IN ? Phase.RESULTS : phase;
    }

    /** Whether the server has reported an error; it is thrown once the server is ready again. */
    boolean hasFailed() {
        return phase == Phase.FAILED;
    }

    private Event failed() {
        require(phase != Phase.ENDED, 'E');
        var message = ServerMessage.read(body());
        var reported = new WireFault.ServerError(message, conversation.server());
        error = error == null ? reported : error;
        columns = null;
        rows = new ArrayList<>();
        phase = Phase.FAILED;
        if (message.endsSession()) {
            conversation.close();
            throw error;
        }
        return Event.NOTHING;
    }

    private Event ready() {
        require((phase == Phase.RESULTS && columns == null) || phase == Phase.FAILED, 'Z');
        phase = Phase.ENDED;
        if (error != null) {
            throw error;
        }
        return Event.READY;
    }

    private void require(boolean belongs, char type) {
        if (!belongs) {
            throw unexpected(type);
        }
    }

    private WireFault unexpected(char type) {
        return conversation.violation("The server sends a message of type " + printable(type)
                + " where it does not belong");
    }

    private static String printable(char type) {
        return type > ' ' && type < 0x7F ? "'" + type + "'" : String.valueOf((int) type);
    }
}
