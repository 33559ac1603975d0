// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** How plans and refusals print what they are about. */
final class Words {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1000;

    private Words() {}

    /** In UTC to the microsecond: {@code 2026-11-20 13:05:00.25Z}. */
    static String time(Instant moment) {
        return new RecoveryTarget.Time(moment, false).toString();
    }

    static String time(Optional<Instant> moment) {
        return moment.map(Words::time).orElse("an unknown time");
    }

    /** 1500 as {@code 1.5 kB}. */
    static String bytes(long bytes) {
        var unit = 0;
        var value = (double) bytes;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
