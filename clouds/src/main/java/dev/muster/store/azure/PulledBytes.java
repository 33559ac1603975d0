// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import dev.muster.store.bucket.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.Stream;

/** The pieces of a blob, which the SDK hands out one by one, as a stream for one thread. Closing breaks them off. */
final class PulledBytes extends InputStream {

    private final Stream<ByteBuffer> pieces;
    private final Iterator<ByteBuffer> each;
    private ByteBuffer current = ByteBuffer.allocate(0);

    /** @param pieces come on the thread that asks for them */
    PulledBytes(Stream<ByteBuffer> pieces) {
        this.pieces = pieces;
        this.each = pieces.iterator();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (!current.hasRemaining()) {
            if (!hasNext()) {
                return -1;
            }
            current = each.next();
        }
        var n = Math.min(length, current.remaining());
        current.get(target, offset, n);
        return n;
    }

    @Override
    public void close() {
        pieces.close();
    }

    private boolean hasNext() throws IOException {
        try {
            return each.hasNext();
        } catch (RuntimeException e) {
            throw Trouble.cause(e, IOException.class).orElseGet(() -> new IOException(e));
        }
    }
}
