// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.io.IOException;

/** Takes WAL in order, without a gap. */
@FunctionalInterface
public interface WalSink {

    /** Takes the bytes that begin at this LSN; the array is not used again. */
    void accept(long lsn, byte[] bytes, int offset, int length) throws IOException, InterruptedException;
}
