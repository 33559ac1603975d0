// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

/**
 * The number of a timeline, unsigned, from 1.
 *
 * @param value the number, to be read as unsigned
 */
public record TimelineId(int value) implements Comparable<TimelineId> {

    private static final int HEX = 16;
    private static final int DIGITS = 8;

    public TimelineId {
        if (value == 0) {
            throw new IllegalArgumentException("timelines count from 1");
        }
    }

    /**
     * The timeline of this number.
     *
     * @throws IllegalArgumentException if the number is not between 1 and 4294967295
     */
    public static TimelineId of(long number) {
        if (number < 1 || number > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("not a timeline: " + number);
        }
        return new TimelineId((int) number);
    }

    /**
     * Reads the decimal number that the server answers.
     *
     * @throws IllegalArgumentException if the text is not a timeline's number
     */
    public static TimelineId parse(String decimal) {
        try {
            return of(Long.parseLong(decimal));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a timeline: '" + decimal + "'", e);
        }
    }

    /** Reads the eight hexadecimal digits at the start of a file's name. */
    static TimelineId parseHex(String digits) {
        return of(Integer.toUnsignedLong(Integer.parseUnsignedInt(digits, 0, DIGITS, HEX)));
    }

    /** The number, from 1 to 4294967295. */
    public long number() {
        return Integer.toUnsignedLong(value);
    }

    /** Eight hexadecimal digits, as in the names of files. */
    public String toHex() {
        return String.format("%08X", value);
    }

    /** The name of the file that says how this timeline came to be: {@code 00000002.history}. */
    public String historyFileName() {
        return toHex() + ".history";
    }

    @Override
    public int compareTo(TimelineId other) {
        return Integer.compareUnsigned(value, other.value);
    }

    /** The number in decimal, as the server prints it. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
