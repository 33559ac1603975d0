// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** How plans and refusals print what they are about. */
final class Words {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1000;
    private static final long HALF_SECOND_MILLIS = 500;
    private static final long MINUTE = 60;
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;

    private Words() {}

    /** In UTC to the microsecond: {@code 2026-11-20 13:05:00.25Z}. */
    static String time(Instant moment) {
        return new RecoveryTarget.Time(moment, false).toString();
    }

    static String time(Optional<Instant> moment) {
        return moment.map(Words::time).orElse("an unknown time");
    }

    /** As roughly as a forecast can be: {@code about 20 s}, {@code about 4m 05s}, {@code about 3h 20m}. */
    static String about(Duration time) {
        var seconds = time.plusMillis(HALF_SECOND_MILLIS).toSeconds();
        if (seconds < MINUTE) {
            return seconds == 0 ? "less than 1 s" : "about " + seconds + " s";
        }
        if (seconds < HOUR) {
            return String.format(Locale.ROOT, "about %dm %02ds", seconds / MINUTE, seconds % MINUTE);
        }
        return seconds < DAY
                ? String.format(Locale.ROOT, "about %dh %02dm", seconds / HOUR, seconds % HOUR / MINUTE)
                : String.format(Locale.ROOT, "about %dd %dh", seconds / DAY, seconds % DAY / HOUR);
    }

    static String about(Optional<Duration> time) {
        return time.map(Words::about).orElse("unknown");
    }

    /** {@code 1 restore, 3 restores}. */
    static String restores(int count) {
        return count == 1 ? "1 restore" : count + " restores";
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
