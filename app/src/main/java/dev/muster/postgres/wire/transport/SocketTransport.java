// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.transport;

import dev.muster.postgres.conninfo.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.function.LongSupplier;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP or Unix socket. It does not block by itself; two selectors, one for each direction, do the waiting, because
 * only they wait for a bounded time on both kinds of socket and in both directions.
 */
public final class SocketTransport implements Transport {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long BACKLOG_RETRY_NANOS = 20 * NANOS_PER_MILLI;

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final String server;
    private final LongSupplier nanoTime;

    private SocketTransport(SocketChannel channel, Selector readable, Selector writable, String server,
            LongSupplier nanoTime) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
        this.server = server;
        this.nanoTime = nanoTime;
    }

    /**
     * Connects to one address.
     *
     * @param address where to
     * @param settings the socket's options
     * @param server the server's name in messages
     * @param nanoTime the monotonic clock
     * @param timeoutNanos how long it may take
     */
    public static SocketTransport connect(SocketAddress address, SocketSettings settings, String server,
            LongSupplier nanoTime, long timeoutNanos) {
        var local = address instanceof UnixDomainSocketAddress;
        var start = nanoTime.getAsLong();
        while (true) {
            var left = left(timeoutNanos, nanoTime.getAsLong() - start);
            var transport = open(local, server, nanoTime);
            if (transport.connected(address, local, left)) {
                transport.register(settings, local);
                return transport;
            }
            // A Unix socket whose backlog is full is not waited for by the system: ask again.
            transport.awaitNothing(Math.min(left, BACKLOG_RETRY_NANOS));
            transport.close();
        }
    }

    private static SocketTransport open(boolean local, String server, LongSupplier nanoTime) {
        var opened = new ArrayList<AutoCloseable>();
        try {
            var channel = local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            opened.add(channel);
            channel.configureBlocking(false);
            var readable = Selector.open();
            opened.add(readable);
            return new SocketTransport(channel, readable, Selector.open(), server, nanoTime);
        } catch (IOException e) {
            opened.forEach(SocketTransport::closeQuietly);
            throw new TransportFault.Unreachable("No socket can be opened on this side", server, e);
        }
    }

    /** False only for a local socket that has no room for one more client just now. */
    private boolean connected(SocketAddress address, boolean local, long timeoutNanos) {
        try {
            if (timeoutNanos <= 0) {
                throw new TransportFault.TimedOut("The server did not accept the connection in time", server);
            }
            if (channel.connect(address)) {
                return true;
            }
            if (local) {
                return false;
            }
            channel.register(readable, SelectionKey.OP_CONNECT);
            await(readable, timeoutNanos);
            if (!channel.finishConnect()) {
                throw new TransportFault.TimedOut("The server did not accept the connection in time", server);
            }
            return true;
        } catch (ClosedByInterruptException e) {
            throw closing(new TransportFault.Interrupted(server, e));
        } catch (TransportFault e) {
            throw closing(e);
        } catch (IOException | UnresolvedAddressException e) {
            throw closing(new TransportFault.Unreachable("The server cannot be reached: " + e.getMessage(), server, e));
        }
    }

    private void register(SocketSettings settings, boolean local) {
        try {
            if (!local) {
                setOptions(settings);
            }
            channel.register(readable, SelectionKey.OP_READ);
            channel.register(writable, SelectionKey.OP_WRITE);
        } catch (IOException e) {
            throw closing(new TransportFault.Lost("The connection was lost as it was made", server, e));
        }
    }

    private void setOptions(SocketSettings settings) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, settings.keepalives());
        if (!settings.keepalives()) {
            return;
        }
        if (settings.idleSeconds().isPresent()) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, settings.idleSeconds().getAsInt());
        }
        if (settings.intervalSeconds().isPresent()) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, settings.intervalSeconds().getAsInt());
        }
        if (settings.count().isPresent()) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, settings.count().getAsInt());
        }
    }

    /** The operating system's user that the server behind a Unix socket runs as. */
    public String peerUser() {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            throw new TransportFault.Lost("The system does not say who the server runs as", server, e);
        }
    }

    /** What the server is called in messages. */
    String server() {
        return server;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    @Override
    public int read(ByteBuffer into, long timeoutNanos) {
        try {
            var read = channel.read(into);
            if (read != 0 || timeoutNanos <= 0) {
                return read;
            }
            var start = nanoTime.getAsLong();
            var left = timeoutNanos;
            while (left > 0) {
                await(readable, left);
                read = channel.read(into);
                if (read != 0) {
                    return read;
                }
                left = left(timeoutNanos, nanoTime.getAsLong() - start);
            }
            return 0;
        } catch (IOException | ClosedSelectorException e) {
            throw failure(e);
        }
    }

    @Override
    public void write(ByteBuffer from, long timeoutNanos) {
        try {
            channel.write(from);
            var start = nanoTime.getAsLong();
            while (from.hasRemaining()) {
                var left = left(timeoutNanos, nanoTime.getAsLong() - start);
                if (left <= 0) {
                    throw closing(new TransportFault.TimedOut("The server does not read what it is sent", server));
                }
                await(writable, left);
                channel.write(from);
            }
        } catch (IOException | ClosedSelectorException e) {
            throw fault(e); // what the server sent before it went can still be read
        }
    }

    private void await(Selector selector, long timeoutNanos) throws IOException {
        var unlimited = timeoutNanos == NO_LIMIT;
        var millis = unlimited ? 0 : Math.max(1, Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI));
        selector.select(SocketTransport::notice, millis);
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    /** That the selector woke up is all there is to know: the channel is then tried. */
    private static void notice(SelectionKey key) {}

    private void awaitNothing(long timeoutNanos) {
        try {
            await(writable, Math.max(1, timeoutNanos));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static long left(long timeoutNanos, long elapsedNanos) {
        return timeoutNanos == NO_LIMIT ? NO_LIMIT : timeoutNanos - elapsedNanos;
    }

    private TransportFault failure(Exception e) {
        return closing(fault(e));
    }

    private TransportFault fault(Exception e) {
        return switch (e) {
            case ClosedByInterruptException interrupt -> closing(new TransportFault.Interrupted(server, interrupt));
            case ClosedChannelException closed -> new TransportFault.Closed(server, closed);
            case ClosedSelectorException closed -> new TransportFault.Closed(server, closed);
            default -> new TransportFault.Lost("The connection was lost: " + e.getMessage(), server, e);
        };
    }

    private TransportFault closing(TransportFault fault) {
        close();
        return fault;
    }

    @Override
    public void close() {
        closeQuietly(channel);
        closeQuietly(readable);
        closeQuietly(writable);
    }

    /** What cannot be closed is gone already; there is nothing left to do about it. */
    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // see above
        }
    }
}
