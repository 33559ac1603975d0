// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The messages that the client sends, as bytes. */
final class Frontend {

    private static final int PROTOCOL_3_0 = 196_608;
    private static final int TLS_REQUEST = 80_877_103;
    private static final int CANCEL_REQUEST = 80_877_102;

    private Frontend() {}

    static ByteBuffer startup(Map<String, String> parameters) {
        var body = new ByteArrayOutputStream();
        parameters.forEach((name, value) -> {
            body.writeBytes(string(name));
            body.writeBytes(string(value));
        });
        body.write(0);
        return ByteBuffer.allocate(2 * Integer.BYTES + body.size()).putInt(2 * Integer.BYTES + body.size())
                .putInt(PROTOCOL_3_0).put(body.toByteArray()).flip();
    }

    static ByteBuffer tlsRequest() {
        return ByteBuffer.allocate(2 * Integer.BYTES).putInt(2 * Integer.BYTES).putInt(TLS_REQUEST).flip();
    }

    static ByteBuffer cancelRequest(CancelKey key) {
        var length = 3 * Integer.BYTES + key.secret().remaining();
        return ByteBuffer.allocate(length).putInt(length).putInt(CANCEL_REQUEST).putInt(key.process())
                .put(key.secret().duplicate()).flip();
    }

    static ByteBuffer query(String sql) {
        return message('Q', string(sql));
    }

    static ByteBuffer authentication(byte[] contents) {
        return message('p', contents);
    }

    static ByteBuffer copyDone() {
        return message('c', new byte[0]);
    }

    static ByteBuffer copyFail(String reason) {
        return message('f', string(reason));
    }

    static ByteBuffer terminate() {
        return message('X', new byte[0]);
    }

    private static ByteBuffer message(char type, byte[] contents) {
        return ByteBuffer.allocate(1 + Integer.BYTES + contents.length).put((byte) type)
                .putInt(Integer.BYTES + contents.length).put(contents).flip();
    }

    private static byte[] string(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero character cannot be sent");
        }
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
