// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Content;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A content as a client reads it, from its beginning each time. Remembers whether the source failed: that is the caller's
 * failure, where one of the connection is the store's. Read by the client's threads.
 */
public final class SentBytes implements AutoCloseable {

    private final Content content;
    private @Nullable InputStream open;
    private @Nullable IOException failure;

    public SentBytes(Content content) {
        this.content = content;
    }

    /** The bytes from their beginning; the stream that was handed out before is closed. */
    public synchronized InputStream newStream() {
        close();
        try {
            open = new Watched(content.open());
            return open;
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException(e);
        }
    }

    /** Throws what the source threw, if it did. */
    public synchronized void throwOwnFailure() {
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends a reading that is no longer wanted. */
    @Override
    public synchronized void close() {
        var stream = open;
        open = null;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    private synchronized void failed(IOException cause, InputStream stream) {
        if (stream == open) {
            failure = cause;
        }
    }

    private final class Watched extends FilterInputStream {

        Watched(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (IOException e) {
                failed(e, this);
                throw e;
            }
        }
    }
}
