// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.Transport;
import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Messages to and from one server. What the server says of itself (parameters, notices) is dealt with here, whenever it
 * comes. Any failure closes the transport, since nobody knows any more where a message begins.
 */
final class Conversation implements AutoCloseable {

    /** A server reports about fifteen. */
    private static final int PARAMETERS_MAX = 1_000;

    private final Transport transport;
    private final String server;
    private final LongSupplier nanoTime;
    private final WireLimits limits;
    private final Consumer<ServerMessage> notices;
    private final MessageInput input;
    private final MessageOutput output;
    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Conversation(Transport transport, String server, LongSupplier nanoTime, WireLimits limits,
            Consumer<ServerMessage> notices) {
        this.transport = transport;
        this.server = server;
        this.nanoTime = nanoTime;
        this.limits = limits;
        this.notices = notices;
        this.input = new MessageInput(transport, server, nanoTime);
        this.output = new MessageOutput(transport, limits.writeStallMax().toNanos());
    }

    String server() {
        return server;
    }

    WireLimits limits() {
        return limits;
    }

    /** What the server has reported of itself, as it is now. */
    Map<String, String> parameters() {
        return parameters;
    }

    boolean closed() {
        return closed;
    }

    /** The server has shown who it is: from now on it may send long messages. */
    void trust() {
        input.trust(limits.messageBytesMax());
    }

    /**
     * Reads up to the next message that is part of an answer.
     *
     * @return its type; 0 if it did not come in time
     */
    byte next(long timeoutNanos) {
        return guarded(timeoutNanos, true);
    }

    /** Reads the next message, whatever it is; before the server is authenticated none is dealt with here. */
    byte nextOfAny(long timeoutNanos) {
        return guarded(timeoutNanos, false);
    }

    private byte guarded(long timeoutNanos, boolean aside) {
        requireOpen();
        try {
            return read(timeoutNanos, aside);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private byte read(long timeoutNanos, boolean aside) {
        var left = timeoutNanos;
        var start = 0L;
        while (input.advance(left)) {
            if (!aside || !dealtWith(input.type())) {
                return input.type();
            }
            if (timeoutNanos != Transport.NO_LIMIT && timeoutNanos > 0) {
                start = start == 0 ? nanoTime.getAsLong() : start;
                left = Math.max(0, timeoutNanos - (nanoTime.getAsLong() - start));
            }
        }
        return 0;
    }

    private boolean dealtWith(byte type) {
        switch (type) {
            case 'S' -> {
                parameters.put(body().string(), body().string());
                body().end();
                if (parameters.size() > PARAMETERS_MAX) {
                    throw violation("The server reports more than 1000 parameters");
                }
            }
            case 'N' -> notices.accept(ServerMessage.read(body()));
            case 'A' -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The contents of the message that was read last. */
    MessageBody body() {
        return input.body();
    }

    /** Whether a whole message is there already. */
    boolean ready() {
        try {
            return !closed && input.ready();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Sends one message; any thread may. */
    void send(ByteBuffer message) {
        requireOpen();
        try {
            output.send(message);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Sends copied data; any thread may. */
    void sendData(ByteBuffer data) {
        try {
            offerData(data);
        } catch (TransportFault.Lost e) {
            close();
            throw e;
        }
    }

    /** Sends copied data; any thread may. If the server has gone, what it had sent before can still be received. */
    void offerData(ByteBuffer data) {
        requireOpen();
        try {
            output.copyData(data);
        } catch (TransportFault.Lost e) {
            throw e;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new TransportFault.Closed(server, null);
        }
    }

    WireFault violation(String what) {
        return new WireFault.Protocol(what, server);
    }

    @Override
    public void close() {
        closed = true;
        transport.close();
    }
}
