// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

/** Where the bytes of a range come from. Asked several times for the same bytes, it gives the same. */
@FunctionalInterface
public interface WalSource {

    /** Reads the bytes that begin at this LSN into {@code target[offset..offset+length)}, all of them. */
    void read(long lsn, byte[] target, int offset, int length) throws InterruptedException;

    /** Bytes in memory, the first of which has this LSN. */
    static WalSource of(long start, byte[] bytes) {
        return (lsn, target, offset, length) -> System.arraycopy(bytes, (int) (lsn - start), target, offset, length);
    }
}
