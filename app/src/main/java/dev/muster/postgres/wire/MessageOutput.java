// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** Sends messages, each as a whole, from any thread. */
final class MessageOutput {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 5;

    private final Transport transport;
    private final long stallNanosMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    MessageOutput(Transport transport, long stallNanosMax) {
        this.transport = transport;
        this.stallNanosMax = stallNanosMax;
    }

    void send(ByteBuffer message) {
        lock.lock();
        try {
            transport.write(message, stallNanosMax);
        } finally {
            lock.unlock();
        }
    }

    /** Sends the rest of a buffer as copied data, in one message where it is small. */
    void copyData(ByteBuffer data) {
        lock.lock();
        try {
            do {
                var count = Math.min(data.remaining(), BUFFER_BYTES - HEADER_BYTES);
                buffer.clear().put((byte) 'd').putInt(Integer.BYTES + count);
                buffer.put(buffer.position(), data, data.position(), count).position(HEADER_BYTES + count).flip();
                data.position(data.position() + count);
                transport.write(buffer, stallNanosMax);
            } while (data.hasRemaining());
        } finally {
            lock.unlock();
        }
    }
}
