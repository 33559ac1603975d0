// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}. Closing it makes nothing durable. Safe for use by any thread. */
public interface DiskFile extends Closeable {

    /** Writes all remaining bytes of the buffer at this offset; not to a file opened for reading. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Reads at least one byte from this offset into the buffer, and returns how many, or -1 at the end of the file. */
    int read(ByteBuffer target, long offset) throws IOException;

    /** In bytes. */
    long length() throws IOException;

    /** Makes its bytes durable, and when it was written to; not its name. */
    void force() throws IOException;

    /** Makes its bytes durable and nothing else, which may be faster. */
    void forceData() throws IOException;
}
