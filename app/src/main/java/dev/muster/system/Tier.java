// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** A kind of period of which a policy keeps some. */
public enum Tier {
    /** By the clock of the zone; an hour that a change of the clocks repeats is two. */
    HOURLY,
    /** Calendar days of the zone, however long. */
    DAILY,
    /** Weeks of ISO 8601: from Monday on, the first one of a year has its first Thursday. */
    WEEKLY, MONTHLY, YEARLY;

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd HH'h' xxx", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT);
    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("uuuu", Locale.ROOT);

    /** The period of a moment, as people write it; no two have the same name. */
    public String period(Instant moment, ZoneId zone) {
        ZonedDateTime local = moment.atZone(zone);
        return switch (this) {
            case HOURLY -> HOUR.format(local);
            case DAILY -> DAY.format(local);
            case WEEKLY -> String.format(Locale.ROOT, "%d-W%02d", local.get(IsoFields.WEEK_BASED_YEAR),
                    local.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTHLY -> MONTH.format(local);
            case YEARLY -> YEAR.format(local);
        };
    }

    /** As settings name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
