// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The bytes of a range as every store hands them to a {@link Store.Reading}: exactly as many as asked for. An end that
 * comes too early is a failure and never looks like the end of the object, and what lies beyond the range is not read.
 */
public final class ExactStream extends InputStream {

    private final InputStream source;
    private final String subject;
    private long left;

    private ExactStream(InputStream source, long length, String subject) {
        this.source = source;
        this.subject = subject;
        this.left = length;
    }

    /**
     * Runs a reading over the next bytes of a source, which the caller closes.
     *
     * @param source failures of it are the store's: they leave as {@link StoreException.Transient}
     * @param length how many bytes it must still have
     * @param subject what is read, named in failures
     * @throws UncheckedIOException if the reading itself fails with an IOException
     */
    public static <R> R run(InputStream source, long length, String subject, Store.Reading<R> reading)
            throws InterruptedException {
        try {
            return reading.read(new ExactStream(source, length, subject), length);
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw Interruption.of(e);
            }
            throw new UncheckedIOException(e);
        }
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
        if (left == 0) {
            return -1;
        }
        var n = readSource(target, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw StoreException.Transient.shortRead(subject, left);
        }
        left -= n;
        return n;
    }

    @Override
    public int available() {
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private int readSource(byte[] target, int offset, int length) throws IOException {
        try {
            return source.read(target, offset, length);
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw e;
            }
            throw StoreException.Transient.of(subject, e);
        }
    }
}
