// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

/**
 * A log sequence number: a byte position in the write-ahead log, unsigned. Its text is two hexadecimal halves,
 * {@code 16/B374D848}; a server prints the lower half with or without leading zeros, and both are read.
 *
 * @param value the position in bytes, to be read as unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {

    /** No position: the server never puts a record here. */
    public static final Lsn ZERO = new Lsn(0);

    private static final int HALF_BITS = 32;
    private static final int HALF_DIGITS_MAX = 8;
    private static final int HEX = 16;
    private static final long LOWER_HALF = 0xFFFF_FFFFL;

    /**
     * Reads {@code X/X}, upper or lower case, one to eight digits on each side.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Lsn parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a log sequence number: '" + text + "'");
        }
        return new Lsn(half(text, 0, slash) << HALF_BITS | half(text, slash + 1, text.length()));
    }

    private static long half(String text, int from, int to) {
        var valid = to > from && to - from <= HALF_DIGITS_MAX;
        for (var i = from; valid && i < to; i++) {
            valid = text.charAt(i) < 0x80 && Character.digit(text.charAt(i), HEX) >= 0;
        }
        if (!valid) {
            throw new IllegalArgumentException("not a log sequence number: '" + text + "'");
        }
        return Long.parseLong(text, from, to, HEX);
    }

    /** The position this many bytes further. */
    public Lsn plus(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("an LSN moves forward, not by " + bytes);
        }
        var sum = new Lsn(value + bytes);
        if (sum.isBefore(this)) {
            throw new ArithmeticException("no log position lies " + bytes + " bytes after " + this);
        }
        return sum;
    }

    /** How many bytes this position lies after an earlier one; negative if it lies before. */
    public long minus(Lsn earlier) {
        return value - earlier.value;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /** Which segment of this size holds the byte at this position, counted from 0. */
    public long segmentNumber(WalSegmentSize size) {
        return Long.divideUnsigned(value, size.bytes());
    }

    /** Where in its segment this position lies, in bytes. */
    public int offsetInSegment(WalSegmentSize size) {
        return (int) Long.remainderUnsigned(value, size.bytes());
    }

    /** The first position of the segment that holds this one. */
    public Lsn segmentStart(WalSegmentSize size) {
        return new Lsn(value - offsetInSegment(size));
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** As the server prints it: {@code 16/B374D848}, {@code 0/1}. */
    @Override
    public String toString() {
        return String.format("%X/%X", value >>> HALF_BITS, value & LOWER_HALF);
    }

    /** With a lower half of eight digits, as the newest servers print it in messages: {@code 0/00000001}. */
    public String toPaddedString() {
        return String.format("%X/%08X", value >>> HALF_BITS, value & LOWER_HALF);
    }
}
