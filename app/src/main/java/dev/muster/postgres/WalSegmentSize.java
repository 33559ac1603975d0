// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

import java.util.Locale;
import java.util.Map;

/**
 * How large the segments of a cluster are: chosen at initdb, a power of two from 1 MiB to 1 GiB.
 *
 * @param bytes the size in bytes
 */
public record WalSegmentSize(int bytes) {

    /** What initdb chooses: 16 MiB. */
    public static final WalSegmentSize DEFAULT = new WalSegmentSize(16 << 20);

    private static final int BYTES_MIN = 1 << 20;
    private static final int BYTES_MAX = 1 << 30;
    private static final Map<String, Integer> UNITS = Map.of("B", 1, "KB", 1 << 10, "MB", 1 << 20, "GB", 1 << 30);

    public WalSegmentSize {
        if (bytes < BYTES_MIN || bytes > BYTES_MAX || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("not a WAL segment size: " + bytes + " bytes");
        }
    }

    /**
     * Reads what {@code SHOW wal_segment_size} answers: {@code 16MB}, {@code 1GB}.
     *
     * @throws IllegalArgumentException if the text is no size, or not a size that segments can have
     */
    public static WalSegmentSize parse(String setting) {
        var digits = 0;
        while (digits < setting.length() && Character.isDigit(setting.charAt(digits))) {
            digits++;
        }
        var unit = UNITS.get(setting.substring(digits).strip().toUpperCase(Locale.ROOT));
        try {
            if (unit != null) {
                return new WalSegmentSize(Math.multiplyExact(Integer.parseInt(setting.substring(0, digits)), unit));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("not a WAL segment size: '" + setting + "'", e);
        }
        throw new IllegalArgumentException("not a WAL segment size: '" + setting + "'");
    }

    /** How many segments share the upper half of their positions: the last eight digits of a name count these. */
    long perUpperHalf() {
        return (1L << 32) / bytes;
    }
}
