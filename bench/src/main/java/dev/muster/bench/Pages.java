// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A checksum of each page of 8 KiB below a directory, to count those that differ from another day's.
 *
 * @param checksums by file
 */
record Pages(Map<String, int[]> checksums) {

    private static final int PAGE_BYTES = 8192;

    static Pages of(Path directory) {
        var checksums = new TreeMap<String, int[]>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                checksums.put(directory.relativize(file).toString(), checksums(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Pages(checksums);
    }

    long count() {
        return checksums.values().stream().mapToLong(pages -> pages.length).sum();
    }

    /** How many pages are not what they were there, or were not there. */
    long changedSince(Pages earlier) {
        var changed = 0L;
        for (var file : checksums.entrySet()) {
            var before = earlier.checksums.getOrDefault(file.getKey(), new int[0]);
            var now = file.getValue();
            for (var page = 0; page < now.length; page++) {
                changed += page < before.length && before[page] == now[page] ? 0 : 1;
            }
        }
        return changed;
    }

    private static int[] checksums(Path file) throws IOException {
        try (var input = Files.newInputStream(file)) {
            var pages = new int[Math.toIntExact((Files.size(file) + PAGE_BYTES - 1) / PAGE_BYTES)];
            for (var page = 0; page < pages.length; page++) {
                var crc = new CRC32C();
                crc.update(input.readNBytes(PAGE_BYTES));
                pages[page] = (int) crc.getValue();
            }
            return pages;
        }
    }
}
