// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;

/**
 * A frame of a range.
 *
 * @param lsn of its first byte
 * @param plainLength bytes of WAL, at most {@link #BYTES_MAX}
 * @param id their keyed name
 * @param frameLength bytes of the sealed frame
 * @param offset of the sealed frame from the first frame of the range
 */
record RangeFrame(long lsn, int plainLength, Digest id, int frameLength, int offset) {

    /** Frames are cut at absolute multiples of this, so that ranges with different ends have comparable frames. */
    static final int BYTES_MAX = 262_144;

    WalSpan span() {
        return new WalSpan(lsn, lsn + plainLength);
    }

    /** Where the frame that begins here ends at the latest. */
    static long cutAfter(long lsn) {
        return WalSpan.floor(lsn, BYTES_MAX) + BYTES_MAX;
    }
}
