// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * A month of UTC as the format writes it: {@code YYYYMM} as a number.
 *
 * @param value from 197001 to 999912
 */
public record Month(int value) implements Comparable<Month> {

    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;

    public Month {
        if (!isMonth(value)) {
            throw new IllegalArgumentException("not a month: " + value);
        }
    }

    private Month(YearMonth month) {
        this(month.getYear() * 100 + month.getMonthValue());
    }

    /** Whether this number is a month. */
    public static boolean isMonth(long value) {
        long year = value / 100;
        long month = value % 100;
        return year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12;
    }

    /** The one that this moment lies in; moments that no month is written for are taken for the nearest that is. */
    public static Month of(Instant moment) {
        int year = moment.atZone(ZoneOffset.UTC).getYear();
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            return year < FIRST_YEAR ? new Month(FIRST_YEAR * 100 + 1) : new Month(LAST_YEAR * 100 + 12);
        }
        return new Month(YearMonth.from(moment.atZone(ZoneOffset.UTC)));
    }

    /** From its six digits. */
    public static Month parse(String digits) {
        Month month = new Month(Integer.parseInt(digits));
        if (!month.toString().equals(digits)) {
            throw new IllegalArgumentException("not a month: " + digits);
        }
        return month;
    }

    /** The month before; of the first that can be written it is that one. */
    public Month before() {
        return value == FIRST_YEAR * 100 + 1
                ? this
                : new Month(YearMonth.of(value / 100, value % 100).minusMonths(1));
    }

    /** How many months lie between this one's beginning and a later one's; negative if it is earlier. */
    public int until(Month later) {
        return (later.value / 100 - value / 100) * 12 + later.value % 100 - value % 100;
    }

    @Override
    public int compareTo(Month other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
