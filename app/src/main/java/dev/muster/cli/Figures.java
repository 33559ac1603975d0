// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How figures are written for people: sizes in decimal units, durations and moments at a glance. */
public final class Figures {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Figures() {}

    /** {@code 934 B, 12.3 MB, 4.56 GB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String format = unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, UNITS[unit]);
    }

    /** {@code 35.2 %}, cut off and not rounded, so that 100 % is all; of nothing it is all. */
    public static String percent(long part, long whole) {
        double share = whole == 0 ? 100 : Math.floor(1000.0 * part / whole) / 10;
        return share == 100 ? "100 %" : String.format(Locale.ROOT, "%.1f %%", share);
    }

    /** {@code 12.3 MB/s}; a dash before anything was done. */
    public static String rate(long bytes, double seconds) {
        return seconds <= 0 ? "-" : bytes((long) (bytes / seconds)) + "/s";
    }

    /** {@code 0.42 s, 12.3 s, 4m 05s, 3h 20m, 5d 7h}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            double exact = duration.toNanos() / 1e9;
            return String.format(Locale.ROOT, exact < 10 ? "%.2f s" : "%.1f s", exact);
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
        }
        return seconds < 86_400
                ? String.format(Locale.ROOT, "%dh %02dm", seconds / 3600, seconds / 60 % 60)
                : String.format(Locale.ROOT, "%dd %dh", seconds / 86_400, seconds / 3600 % 24);
    }

    /** A duration given in seconds. */
    public static String seconds(double seconds) {
        return duration(Duration.ofNanos((long) (seconds * 1e9)));
    }

    /** {@code 2026-11-20 13:05:09Z}. */
    public static String moment(Instant moment) {
        return MOMENT.format(moment);
    }

    /** The same, to the next whole second: for what begins at a moment, so that what is printed lies in it. */
    public static String momentFrom(Instant moment) {
        var whole = moment.truncatedTo(ChronoUnit.SECONDS);
        return moment(whole.equals(moment) ? whole : whole.plusSeconds(1));
    }

    /** {@code pre-deploy, ticket=OPS-311}: a tag without a value is its name alone. */
    public static String tags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(each -> each.getValue().isEmpty() ? each.getKey() : each.getKey() + "=" + each.getValue())
                .sorted().collect(Collectors.joining(", "));
    }

    /** {@code 1,234,567}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Text that somebody else chose, who must not choose what a terminal does with it. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
