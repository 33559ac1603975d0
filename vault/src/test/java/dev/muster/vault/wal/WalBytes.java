// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Uid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Bytes of a log that compress a little, as a log does. */
final class WalBytes {

    private final byte[] bytes;

    WalBytes(long seed, int length) {
        bytes = new byte[length];
        var random = new Random(seed);
        random.nextBytes(bytes);
        for (var at = 0; at < length; at += 64) {
            Arrays.fill(bytes, at, Math.min(length, at + 32), (byte) (at >>> 13));
        }
    }

    WalSource source() {
        return WalSource.of(0, bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] slice(WalSpan span) {
        return Arrays.copyOfRange(bytes, (int) span.start(), (int) span.end());
    }

    /** Reads a span, and makes sure that it comes in order. */
    static byte[] read(WalArchive archive, Uid incarnation, WalSpan span) throws IOException, InterruptedException {
        var out = new ByteArrayOutputStream();
        archive.read(incarnation, span, (lsn, bytes, offset, length) -> {
            assertThat(lsn).isEqualTo(span.start() + out.size());
            out.write(bytes, offset, length);
        });
        return out.toByteArray();
    }
}
