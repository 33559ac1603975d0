// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process and those of its children that it has waited for used since they began, from {@code stat} and {@code io} of
 * /proc (proc(5)). The kernel adds a child's times and bytes to its parent when the parent waits for it.
 *
 * @param cpuSeconds user and system
 * @param readBytes through read(2) and its kin
 * @param diskReadBytes from the disk
 * @param diskWrittenBytes caused to be written to the disk
 */
record Usage(double cpuSeconds, long readBytes, long diskReadBytes, long diskWrittenBytes) {

    static final Usage NONE = new Usage(0, 0, 0, 0);

    /** What a tick of {@code stat} is on every Linux: USER_HZ. */
    private static final double TICKS_PER_SECOND = 100;
    private static final int TIMES_AFTER_NAME = 11;
    private static final int TIMES = 4;

    /** Of the line of {@code stat} and the lines of {@code io}, in any order. */
    static Usage parse(String text) {
        var ticks = -1L;
        var values = new TreeMap<String, Long>();
        for (var line : text.lines().toList()) {
            var name = line.lastIndexOf(") ");
            if (name >= 0) {
                ticks = ticks(line.substring(name + 2));
            } else if (line.contains(": ")) {
                values.put(line.substring(0, line.indexOf(':')),
                        Long.valueOf(line.substring(line.indexOf(':') + 2).strip()));
            }
        }
        if (ticks < 0 || !values.containsKey("rchar")) {
            throw new IllegalArgumentException("neither stat nor io: " + text);
        }
        return new Usage(ticks / TICKS_PER_SECOND, value(values, "rchar"), value(values, "read_bytes"),
                value(values, "write_bytes"));
    }

    Usage plus(Usage other) {
        return new Usage(cpuSeconds + other.cpuSeconds, readBytes + other.readBytes,
                diskReadBytes + other.diskReadBytes,
                diskWrittenBytes + other.diskWrittenBytes);
    }

    Usage minus(Usage other) {
        return new Usage(cpuSeconds - other.cpuSeconds, readBytes - other.readBytes,
                diskReadBytes - other.diskReadBytes,
                diskWrittenBytes - other.diskWrittenBytes);
    }

    /** utime, stime, cutime and cstime; the name before them may hold anything. */
    private static long ticks(String afterName) {
        return Arrays.stream(afterName.split(" ")).skip(TIMES_AFTER_NAME).limit(TIMES).mapToLong(Long::parseLong).sum();
    }

    private static long value(Map<String, Long> values, String name) {
        return values.getOrDefault(name, 0L);
    }
}
