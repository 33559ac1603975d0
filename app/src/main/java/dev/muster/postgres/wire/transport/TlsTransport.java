// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.transport;

import dev.muster.postgres.wire.tls.TlsFault;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket. The reading thread decrypts and the writing thread encrypts; what the protocol itself has to say
 * while data flows (an answer to a change of keys) goes out at once if nobody is writing, otherwise with the next write.
 *
 * <p>Java's TLS asks for new keys after it has read 128 GiB (the security property jdk.tls.keyLimits), and asks again
 * with every record until it gets them. A server in the middle of a base backup reads nothing and cannot give them: its
 * buffers would fill with requests, or it would end the connection over them. So after a few requests in a row this
 * side stops sending for good: what the server still sends is read to its end, a write is a lost connection.
 */
public final class TlsTransport implements Transport {

    private static final int ENCRYPTED_BYTES = 256 << 10;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final long CONTROL_TIMEOUT_NANOS = 30_000_000_000L;
    private static final long CLOSE_TIMEOUT_NANOS = 100_000_000L;
    private static final int REQUESTS_IN_A_ROW_MAX = 4;

    private final SocketTransport socket;
    private final SSLEngine engine;
    private final ReentrantLock outbound = new ReentrantLock();
    private final ByteBuffer encryptedOut;
    /** What came from the socket and is not decrypted, between position and limit. */
    private final ByteBuffer encryptedIn = ByteBuffer.allocate(ENCRYPTED_BYTES).flip();
    /** What was decrypted and did not fit into the reader's buffer, between position and limit. */
    private final ByteBuffer rest;
    private boolean ended;
    private int requestsInARow;
    private volatile boolean sendingEnded;

    private TlsTransport(SocketTransport socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
        this.encryptedOut = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        this.rest = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
    }

    /**
     * Makes a connected socket a TLS connection; closes it if that fails.
     *
     * @param socket the socket; nothing but the beginning of TLS may be on its way in
     * @param engine the client's engine, which judges the server's certificate
     * @param timeoutNanos how long it may take
     */
    public static TlsTransport handshake(SocketTransport socket, SSLEngine engine, long timeoutNanos) {
        var transport = new TlsTransport(socket, engine);
        try {
            transport.handshake(timeoutNanos);
            return transport;
        } catch (SSLException e) {
            transport.close();
            throw TlsFault.from(e, socket.server());
        } catch (TransportFault | TlsFault e) {
            transport.close();
            throw e;
        }
    }

    private void handshake(long timeoutNanos) throws SSLException {
        var start = socket.nanoTime().getAsLong();
        engine.beginHandshake();
        while (true) {
            var left = SocketTransport.left(timeoutNanos, socket.nanoTime().getAsLong() - start);
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(EMPTY, left);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> handshakeIn(left);
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void handshakeIn(long timeoutNanos) throws SSLException {
        rest.clear();
        var result = engine.unwrap(encryptedIn, rest);
        rest.flip();
        switch (result.getStatus()) {
            case OK -> {}
            case BUFFER_UNDERFLOW -> {
                var read = fill(timeoutNanos);
                if (read < 0) {
                    throw new TlsFault.Failed("The server ended the connection while TLS was negotiated",
                            socket.server(), null);
                }
                if (read == 0) {
                    throw new TransportFault.TimedOut("TLS was not negotiated in time", socket.server());
                }
            }
            case BUFFER_OVERFLOW, CLOSED -> throw new TlsFault.Failed("The server broke off the negotiation of TLS",
                    socket.server(), null);
        }
    }

    @Override
    public int read(ByteBuffer into, long timeoutNanos) {
        try {
            if (rest.hasRemaining()) {
                return takeRest(into);
            }
            var start = timeoutNanos <= 0 ? 0 : socket.nanoTime().getAsLong();
            var left = timeoutNanos;
            while (true) {
                var decrypted = decrypt(into);
                if (decrypted > 0 || ended) {
                    return decrypted > 0 ? decrypted : -1;
                }
                var read = fill(left);
                if (read <= 0) {
                    return read;
                }
                left = left <= 0 ? 0 : SocketTransport.left(timeoutNanos, socket.nanoTime().getAsLong() - start);
            }
        } catch (SSLException e) {
            close();
            throw TlsFault.from(e, socket.server());
        }
    }

    /** Decrypts all whole records that fit, or one that does not and keeps its rest. */
    private int decrypt(ByteBuffer into) throws SSLException {
        var start = into.position();
        var status = Status.OK;
        while (status == Status.OK && encryptedIn.hasRemaining() && !ended) {
            var fits = into.remaining() >= rest.capacity();
            if (!fits && into.position() > start) {
                break;
            }
            status = decryptOne(fits ? into : rest.clear());
            if (!fits) {
                rest.flip();
                takeRest(into);
            }
        }
        return into.position() - start;
    }

    private Status decryptOne(ByteBuffer target) throws SSLException {
        var result = engine.unwrap(encryptedIn, target);
        switch (result.getStatus()) {
            case OK, BUFFER_UNDERFLOW -> attend(result);
            case CLOSED -> ended = true; // what came before it is still to be handed out
            case BUFFER_OVERFLOW -> throw new SSLException("a record is larger than TLS allows");
        }
        return result.getStatus();
    }

    private void attend(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        if (sendingEnded || engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            requestsInARow = 0;
        } else if (++requestsInARow > REQUESTS_IN_A_ROW_MAX) {
            sendingEnded = true;
            engine.closeOutbound();
        } else if (outbound.tryLock()) {
            try {
                wrap(EMPTY, CONTROL_TIMEOUT_NANOS);
            } finally {
                outbound.unlock();
            }
        }
    }

    private int takeRest(ByteBuffer into) {
        var count = Math.min(rest.remaining(), into.remaining());
        into.put(into.position(), rest, rest.position(), count);
        into.position(into.position() + count);
        rest.position(rest.position() + count);
        return count;
    }

    private int fill(long timeoutNanos) {
        encryptedIn.compact();
        try {
            return socket.read(encryptedIn, timeoutNanos);
        } finally {
            encryptedIn.flip();
        }
    }

    @Override
    public void write(ByteBuffer from, long timeoutNanos) {
        outbound.lock();
        try {
            var start = socket.nanoTime().getAsLong();
            while (from.hasRemaining()) {
                wrap(from, SocketTransport.left(timeoutNanos, socket.nanoTime().getAsLong() - start));
            }
        } catch (SSLException e) {
            close();
            throw TlsFault.from(e, socket.server());
        } finally {
            outbound.unlock();
        }
    }

    /** Encrypts and sends one record; always makes progress or throws. */
    private void wrap(ByteBuffer from, long timeoutNanos) throws SSLException {
        encryptedOut.clear();
        var result = engine.wrap(from, encryptedOut);
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        encryptedOut.flip();
        var progress = result.bytesConsumed() > 0 || encryptedOut.hasRemaining();
        if (encryptedOut.hasRemaining()) {
            socket.write(encryptedOut, timeoutNanos);
        }
        if (result.getStatus() == Status.CLOSED) {
            throw closed();
        }
        if (!progress) {
            throw new SSLException("nothing can be sent just now: " + result);
        }
    }

    /** Somebody who has to send cannot go on without keys: the reader must not wait for a server that waits for it. */
    private TransportFault closed() {
        if (sendingEnded) {
            socket.close();
        }
        return new TransportFault.Lost(sendingEnded
                ? "The TLS connection has used up its keys and could only be read"
                : "The server has ended the TLS connection", socket.server(), null);
    }

    private void runTasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Tells the server that this is the end, or what it did wrong, if that can be done at once; then closes. */
    @Override
    public void close() {
        if (outbound.tryLock()) {
            try {
                engine.closeOutbound();
                encryptedOut.clear();
                engine.wrap(EMPTY, encryptedOut);
                socket.write(encryptedOut.flip(), CLOSE_TIMEOUT_NANOS);
            } catch (SSLException | TransportFault e) {
                // a farewell: the connection is closed with or without it
            } finally {
                outbound.unlock();
            }
        }
        socket.close();
    }
}
