// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The contents of one message, read from its beginning. Reading past the end is a violation of the protocol, not an
 * accident. The same object serves all messages of a connection.
 */
final class MessageBody {

    private final String server;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    MessageBody(String server) {
        this.server = server;
    }

    void take(ByteBuffer contents) {
        bytes = contents;
    }

    /** What has not been read, in place: valid until the next message is read. */
    ByteBuffer bytes() {
        return bytes;
    }

    byte int8() {
        try {
            return bytes.get();
        } catch (BufferUnderflowException e) {
            throw truncated(e);
        }
    }

    int int16() {
        try {
            return bytes.getShort();
        } catch (BufferUnderflowException e) {
            throw truncated(e);
        }
    }

    int int32() {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw truncated(e);
        }
    }

    /** Text up to a zero byte, in UTF-8; what is not UTF-8 is replaced. */
    String string() {
        return CString.take(bytes).orElseThrow(() -> truncated(null));
    }

    /** So many bytes, copied. */
    byte[] bytes(int count) {
        if (count < 0 || count > bytes.remaining()) {
            throw truncated(null);
        }
        var copy = new byte[count];
        bytes.get(copy);
        return copy;
    }

    /** Nothing may follow. */
    void end() {
        if (bytes.hasRemaining()) {
            throw new WireFault.Protocol("A message of the server is longer than its contents", server);
        }
    }

    private WireFault truncated(@Nullable Throwable cause) {
        return new WireFault.Protocol("A message of the server is shorter than its contents", server, cause);
    }
}
