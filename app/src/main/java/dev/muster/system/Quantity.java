// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How people write durations and sizes in a configuration. */
public final class Quantity {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h|d)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,9})\\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)");

    private Quantity() {}

    /** {@code 500ms, 30s, 15m, 4h, 7d}, or {@code 0}. */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (text.strip().equals("0")) {
            return Duration.ZERO;
        }
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration such as 500ms, 30s, 15m, 4h or 7d");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    /** {@code 512MiB, 10GB, 1TiB}: decimal and binary units as they are written. */
    public static long bytes(String text) {
        Matcher matcher = BYTES.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size such as 64MiB, 10GB or 1TiB");
        }
        String unit = matcher.group(2);
        int power = " KMGT".indexOf(unit.charAt(0));
        long step = unit.endsWith("iB") ? 1024 : 1000;
        long factor = 1;
        for (int at = 0; at < power; at++) {
            factor *= step;
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    }
}
