// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object that is about to be put: their length, known beforehand, and a source that can be opened
 * again, so that a retry sends the very same bytes. Safe for use by any thread if the source is.
 */
public final class Content {

    private static final int BUFFER_BYTES = 1 << 20;

    /** Opens the bytes from their beginning; each call returns a stream of its own. */
    @FunctionalInterface
    public interface Opening {
        InputStream open() throws IOException;
    }

    /** Takes the bytes of a content in order. */
    @FunctionalInterface
    public interface Sink {

        /** Takes the first {@code length} bytes of the buffer, which is reused afterwards. */
        void accept(byte[] buffer, int length) throws IOException;
    }

    private final long length;
    private final Opening opening;
    private final @Nullable Sha256 expected;

    private Content(long length, Opening opening, @Nullable Sha256 expected) {
        if (length < 0) {
            throw new IllegalArgumentException("a content of " + length + " bytes");
        }
        this.length = length;
        this.opening = opening;
        this.expected = expected;
    }

    /** This array, which must not change until the put has returned: it is not copied. */
    public static Content of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** A part of this array, which must not change until the put has returned: it is not copied. */
    public static Content of(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IllegalArgumentException(length + " bytes at " + offset + " of " + bytes.length);
        }
        return new Content(length, () -> new ByteArrayInputStream(bytes, offset, length), null);
    }

    /** This file as it is now; a put refuses it if its length has changed by then. */
    public static Content ofFile(Path file) throws IOException {
        return new Content(Files.size(file), () -> Files.newInputStream(file), null);
    }

    /** So many bytes of a source that can be opened again. */
    public static Content of(long length, Opening opening) {
        return new Content(length, opening, null);
    }

    /** This content, which the store refuses before it becomes visible if its bytes have another digest. */
    public Content expecting(Sha256 digest) {
        return new Content(length, opening, digest);
    }

    /** This content, its bytes seen by a stream around each of its source's. */
    Content through(UnaryOperator<InputStream> around) {
        return new Content(length, () -> around.apply(opening.open()), expected);
    }

    /** In bytes. */
    public long length() {
        return length;
    }

    /** The digest that the bytes must have. */
    public Optional<Sha256> expected() {
        return Optional.ofNullable(expected);
    }

    /** The bytes from the beginning; the caller closes the stream. */
    public InputStream open() throws IOException {
        return opening.open();
    }

    /**
     * Gives all bytes to a store's sink and makes sure that they are those announced: exactly as many, and with the
     * expected digest.
     *
     * @param subject what is put, named in the failure
     * @throws StoreException.Corrupt if they are not
     * @throws UncheckedIOException if the source cannot be read
     * @throws IOException if the sink cannot be written, or if the thread was interrupted
     */
    public void transferTo(Sink sink, String subject) throws IOException {
        var digest = Sha256.newDigest();
        var buffer = new byte[Math.clamp(length, 1, BUFFER_BYTES)];
        var transferred = 0L;
        try (var source = openSource()) {
            for (var n = read(source, buffer); n > 0; n = read(source, buffer)) {
                transferred += n;
                if (transferred > length) {
                    throw StoreException.Corrupt.mismatch(subject, "more than " + length + " bytes");
                }
                if (expected != null) {
                    digest.update(buffer, 0, n);
                }
                sink.accept(buffer, n);
            }
        }
        if (transferred < length) {
            throw StoreException.Corrupt.mismatch(subject, transferred + " of " + length + " bytes");
        }
        if (expected != null && !Sha256.finish(digest).equals(expected)) {
            throw StoreException.Corrupt.mismatch(subject, "another SHA-256");
        }
    }

    private InputStream openSource() {
        try {
            return opening.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int read(InputStream source, byte[] buffer) throws IOException {
        try {
            return source.readNBytes(buffer, 0, buffer.length);
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw e;
            }
            throw new UncheckedIOException(e);
        }
    }
}
