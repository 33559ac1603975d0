// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.nio.ByteBuffer;

/**
 * Consumes the answer to a command that copies data out. The server is read no faster than these methods return. If one
 * throws, the connection is closed and the exception passed on.
 */
@FunctionalInterface
public interface CopyReader {

    /** A result before, between or after copies. */
    default void result(QueryResult result) {}

    /** A copy begins. */
    default void begins() {}

    /**
     * One message of data.
     *
     * @param bytes its contents in place, big-endian, backed by an array: valid until this method returns
     */
    void data(ByteBuffer bytes);

    /** A copy is complete; the command may still fail. */
    default void ends() {}
}
