// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.nio.ByteBuffer;

/**
 * What a server wants to hear before it cancels a command.
 *
 * @param process the server process
 * @param secret what only the session knows
 */
record CancelKey(int process, ByteBuffer secret) {

    static CancelKey read(MessageBody body) {
        var process = body.int32();
        return new CancelKey(process, ByteBuffer.wrap(body.bytes(body.bytes().remaining())).asReadOnlyBuffer());
    }

    @Override
    public String toString() {
        return "process " + process;
    }
}
