// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.Transport;
import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Cuts what a server sends into messages: a type, a length that counts itself, the contents. A message is handed out in
 * place once all of it is there. The buffer grows only for a message whose type may be that long.
 */
final class MessageInput {

    private static final int BUFFER_BYTES = 512 << 10;
    private static final int HEADER_BYTES = 5;
    /** The longest message of a type that has no reason to be long, and of any before the server is authenticated. */
    private static final int SHORT_BYTES_MAX = 30_000;

    private final Transport transport;
    private final String server;
    private final LongSupplier nanoTime;
    private final MessageBody body;

    private byte[] buffer = new byte[BUFFER_BYTES];
    private ByteBuffer contents = ByteBuffer.wrap(buffer);
    private ByteBuffer room = ByteBuffer.wrap(buffer);
    /** The current message is before {@code next}; what came after it is between {@code next} and {@code end}. */
    private int next;
    private int end;
    private byte type;
    private int bytesMax = SHORT_BYTES_MAX;

    MessageInput(Transport transport, String server, LongSupplier nanoTime) {
        this.transport = transport;
        this.server = server;
        this.nanoTime = nanoTime;
        this.body = new MessageBody(server);
    }

    /** The server has shown who it is: long messages are accepted. */
    void trust(int messageBytesMax) {
        bytesMax = messageBytesMax;
    }

    /**
     * Makes the next message the current one.
     *
     * @param timeoutNanos how long to wait for all of it
     * @return whether it came in time
     */
    boolean advance(long timeoutNanos) {
        if (take()) {
            return true;
        }
        var left = timeoutNanos;
        var start = timeoutNanos <= 0 ? 0 : nanoTime.getAsLong();
        while (true) {
            var read = fill(left);
            if (read > 0 && take()) {
                return true;
            }
            if (read < 0) {
                throw new TransportFault.Lost(next == end
                        ? "The server has ended the connection"
                        : "The server has ended the connection in the middle of a message", server, null);
            }
            if (timeoutNanos != Transport.NO_LIMIT && left > 0) {
                left = Math.max(0, timeoutNanos - (nanoTime.getAsLong() - start));
            }
            if (read == 0 && left == 0) {
                return false;
            }
        }
    }

    /** Whether the next message is there as a whole, without waiting for it. */
    boolean ready() {
        return wholeLength() > 0 || (fill(0) > 0 && wholeLength() > 0);
    }

    /** The current message's type. */
    byte type() {
        return type;
    }

    /** The current message's contents. */
    MessageBody body() {
        return body;
    }

    private boolean take() {
        var length = wholeLength();
        if (length == 0) {
            return false;
        }
        type = buffer[next];
        contents.limit(next + length).position(next + HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
        body.take(contents);
        next += length;
        return true;
    }

    /** The length of the next message with its header; 0 if not all of it is there. */
    private int wholeLength() {
        var length = length();
        return length <= end - next ? length : 0;
    }

    /** The length of the next message with its header, which is at least that of a header. */
    private int length() {
        if (end - next < HEADER_BYTES) {
            return HEADER_BYTES;
        }
        var declared = room.getInt(next + 1);
        if (declared < Integer.BYTES || declared > longest(buffer[next])) {
            throw new WireFault.Protocol("A message of the server has an impossible length", server);
        }
        return declared + 1;
    }

    private int longest(byte messageType) {
        return switch (messageType) {
            case 'D', 'T', 'd', 'E', 'N', 'A' -> bytesMax;
            case 'R', 'K', 'S', 'C', 'Z', 'I', 'H', 'G', 'W', 'c', 'v' -> SHORT_BYTES_MAX;
            default -> throw new WireFault.Protocol(
                    "The server sends a message of unknown type " + (messageType & 0xFF), server);
        };
    }

    private int fill(long timeoutNanos) {
        makeRoom(length());
        room.limit(buffer.length).position(end);
        var read = transport.read(room, timeoutNanos);
        end += Math.max(0, read);
        return read;
    }

    /** The current message is given up: whoever asks for the next has done with it. */
    private void makeRoom(int length) {
        if (next == end) {
            next = 0;
            end = 0;
        }
        if (length > buffer.length) {
            replaceBuffer(Arrays.copyOfRange(buffer, next, next + Integer.highestOneBit(length) * 2));
        } else if (next > 0 && (next + length > buffer.length || buffer.length - end < buffer.length / 2)) {
            System.arraycopy(buffer, next, buffer, 0, end - next);
            end -= next;
            next = 0;
        }
    }

    private void replaceBuffer(byte[] larger) {
        buffer = larger;
        contents = ByteBuffer.wrap(larger);
        room = ByteBuffer.wrap(larger);
        end -= next;
        next = 0;
    }
}
