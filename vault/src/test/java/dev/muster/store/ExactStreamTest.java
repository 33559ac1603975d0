// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExactStreamTest {

    private static final byte[] TEN = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    private static <R> R run(InputStream source, long length, Store.Reading<R> reading) throws InterruptedException {
        return ExactStream.run(source, length, "data/1", reading);
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }

    @Test
    void itEndsAfterTheRangeThoughTheSourceGoesOn() throws Exception {
        var source = new ByteArrayInputStream(TEN);

        byte[] read = run(source, 4, (bytes, _) -> bytes.readAllBytes());

        assertThat(read).containsExactly(0, 1, 2, 3);
        assertThat(source.read()).isEqualTo(4);
    }

    @Test
    void anEarlyEndIsAFailureThatMayPass() {
        assertThatThrownBy(() -> run(new ByteArrayInputStream(TEN), 12, (bytes, _) -> bytes.readAllBytes()))
                .isInstanceOfSatisfying(StoreException.Transient.class, e -> {
                    assertThat(e.code()).isEqualTo("store.short-read");
                    assertThat(e.retryable()).isTrue();
                    assertThat(e).hasMessageContaining("2 too early").hasMessageContaining("data/1");
                });
    }

    @Test
    void aFailureOfTheSourceIsTheStores() {
        var reset = new IOException("connection reset");

        assertThatThrownBy(() -> run(failing(reset), 5, (bytes, _) -> bytes.read()))
                .isInstanceOf(StoreException.Transient.class).hasCause(reset);
        assertThatThrownBy(() -> run(failing(new SocketTimeoutException()), 5, (bytes, _) -> bytes.read()))
                .isInstanceOf(StoreException.Transient.class);
    }

    @Test
    void anInterruptedSourceIsAnInterruption() {
        for (var failure : new IOException[]{new ClosedByInterruptException(), new InterruptedIOException()}) {
            assertThatThrownBy(() -> run(failing(failure), 5, (bytes, _) -> bytes.read()))
                    .isInstanceOf(InterruptedException.class).hasCause(failure);
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatIsLeftIsAvailable() throws Exception {
        run(new ByteArrayInputStream(TEN), 4, (bytes, _) -> {
            assertThat(bytes.available()).isEqualTo(4);
            assertThat(bytes.read(new byte[0])).isZero();
            assertThat(bytes.readNBytes(3)).hasSize(3);
            assertThat(bytes.available()).isEqualTo(1);
            assertThat(bytes.skip(5)).isEqualTo(1);
            assertThat(bytes.read()).isEqualTo(-1);
            return true;
        });
    }
}
