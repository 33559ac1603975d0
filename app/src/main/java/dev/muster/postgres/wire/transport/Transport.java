// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.transport;

import java.nio.ByteBuffer;

/** Bytes to and from one server. One thread may read while another writes; any thread may close. */
public sealed interface Transport extends AutoCloseable permits SocketTransport, TlsTransport {

    /** A timeout that never comes, in nanoseconds. */
    long NO_LIMIT = Long.MAX_VALUE;

    /**
     * Reads what is there; waits for the first byte if nothing is.
     *
     * @param into where to; must have room, and should have room for {@code 32 KiB}
     * @param timeoutNanos how long to wait; 0 not at all
     * @return how many bytes, more than 0; 0 if none came in time; -1 if the server has ended the connection
     */
    int read(ByteBuffer into, long timeoutNanos);

    /**
     * Writes everything. If the server has gone, that is a fault, and what it had sent before can still be read.
     *
     * @param from what
     * @param timeoutNanos how long the server may take to accept it; after a timeout the connection is of no use
     */
    void write(ByteBuffer from, long timeoutNanos);

    /** Closes the socket. Whatever other threads are doing with it ends with a fault. */
    @Override
    void close();
}
