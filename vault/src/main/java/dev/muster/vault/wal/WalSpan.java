// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A stretch of WAL, never empty.
 *
 * @param start LSN of its first byte, unsigned
 * @param end LSN after its last byte, unsigned
 */
public record WalSpan(long start, long end) {

    public WalSpan {
        if (Long.compareUnsigned(start, end) >= 0) {
            throw new IllegalArgumentException("no bytes between " + lsn(start) + " and " + lsn(end));
        }
    }

    /** In bytes. */
    public long length() {
        return end - start;
    }

    public boolean contains(long lsn) {
        return Long.compareUnsigned(start, lsn) <= 0 && Long.compareUnsigned(lsn, end) < 0;
    }

    /** Whether a byte here, or the next one after them, has this LSN. */
    boolean reaches(long lsn) {
        return contains(lsn) || lsn == end;
    }

    /** What of it lies at or after this LSN. */
    Optional<WalSpan> from(long lsn) {
        return Long.compareUnsigned(lsn, end) < 0 ? Optional.of(new WalSpan(later(start, lsn), end)) : Optional.empty();
    }

    public boolean contains(WalSpan other) {
        return Long.compareUnsigned(start, other.start) <= 0 && Long.compareUnsigned(other.end, end) <= 0;
    }

    public boolean overlaps(WalSpan other) {
        return Long.compareUnsigned(start, other.end) < 0 && Long.compareUnsigned(other.start, end) < 0;
    }

    /** What both have; they must overlap. */
    public WalSpan intersection(WalSpan other) {
        return new WalSpan(later(start, other.start), earlier(end, other.end));
    }

    /** An LSN as PostgreSQL prints it: {@code 16/B374D848}. */
    public static String lsn(long lsn) {
        return String.format("%X/%X", lsn >>> Integer.SIZE, lsn & 0xFFFF_FFFFL);
    }

    /** The last multiple of a power of two at or below an LSN. */
    public static long floor(long lsn, long powerOfTwo) {
        return lsn & -powerOfTwo;
    }

    public static long earlier(long lsn, long other) {
        return Long.compareUnsigned(lsn, other) <= 0 ? lsn : other;
    }

    public static long later(long lsn, long other) {
        return Long.compareUnsigned(lsn, other) >= 0 ? lsn : other;
    }

    /** The digits that the first and the last LSN of this span have in common, as keys write them. */
    String commonDigits() {
        var first = HexFormat.of().toHexDigits(start);
        var last = HexFormat.of().toHexDigits(end - 1);
        var common = 0;
        while (common < first.length() && first.charAt(common) == last.charAt(common)) {
            common++;
        }
        return first.substring(0, common);
    }

    @Override
    public String toString() {
        return lsn(start) + "-" + lsn(end);
    }
}
