// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

import java.util.regex.Pattern;

/**
 * Which segment of which timeline, and its file's name: 24 hexadecimal digits for the timeline, the upper half of the
 * segment's position, and the segment's number within that half (PostgreSQL's XLogFileName).
 *
 * @param timeline the timeline that the segment belongs to
 * @param number the segment's number, counted from position 0
 * @param size the cluster's segment size, without which the name means nothing
 */
public record WalSegmentName(TimelineId timeline, long number, WalSegmentSize size) {

    private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");
    private static final int HEX = 16;
    private static final int UPPER_FROM = 8;
    private static final int LOWER_FROM = 16;

    public WalSegmentName {
        if (number < 0 || number > Long.divideUnsigned(-1L, size.bytes())) {
            throw new IllegalArgumentException("no segment of " + size.bytes() + " bytes has number " + number);
        }
    }

    /** The segment that holds the byte at this position. */
    public static WalSegmentName of(TimelineId timeline, Lsn position, WalSegmentSize size) {
        return new WalSegmentName(timeline, position.segmentNumber(size), size);
    }

    /** Whether this is the name of a segment's file, of whatever size; not of a partial or a history file. */
    public static boolean matches(String fileName) {
        return NAME.matcher(fileName).matches();
    }

    /**
     * Reads a segment file's name.
     *
     * @throws IllegalArgumentException if the text is not such a name, or not one with segments of this size
     */
    public static WalSegmentName parse(String fileName, WalSegmentSize size) {
        if (!matches(fileName)) {
            throw new IllegalArgumentException("not the name of a WAL segment: '" + fileName + "'");
        }
        var upper = Long.parseLong(fileName, UPPER_FROM, LOWER_FROM, HEX);
        var lower = Long.parseLong(fileName, LOWER_FROM, fileName.length(), HEX);
        if (lower >= size.perUpperHalf()) {
            throw new IllegalArgumentException(
                    "no segment of " + size.bytes() + " bytes has the name '" + fileName + "'");
        }
        return new WalSegmentName(TimelineId.parseHex(fileName), upper * size.perUpperHalf() + lower, size);
    }

    /** The position of the segment's first byte. */
    public Lsn start() {
        return new Lsn(number * size.bytes());
    }

    /** The segment that follows on the same timeline. */
    public WalSegmentName next() {
        return new WalSegmentName(timeline, number + 1, size);
    }

    /** The file's name. */
    @Override
    public String toString() {
        return String.format("%s%08X%08X", timeline.toHex(), number / size.perUpperHalf(),
                number % size.perUpperHalf());
    }
}
