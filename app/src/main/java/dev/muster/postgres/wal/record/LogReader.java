// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.record;

/** Where pages of a log are read from. */
@FunctionalInterface
public interface LogReader {

    /**
     * Reads bytes that lie within one segment.
     *
     * @param lsn of the first byte
     * @return whether they are all there
     */
    boolean read(long lsn, byte[] target, int length);
}
