// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process and all that it started, as /proc shows them now. What ends while one looks is passed over.
 *
 * @param proc where proc is mounted
 * @param root the process's number
 */
record ProcessTree(Path proc, long root) {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final long KILO = 1024;

    /** The sum of what each has resident, in bytes. */
    long residentBytes() {
        return members().stream().mapToLong(member -> resident(read(member.resolve("status")).orElse(""))).sum();
    }

    /** What all of them used so far, and those that ended and were waited for. */
    Usage usage() {
        var sum = Usage.NONE;
        for (var member : members()) {
            var stat = read(member.resolve("stat"));
            var io = read(member.resolve("io"));
            if (stat.isPresent() && io.isPresent()) {
                sum = sum.plus(Usage.parse(stat.get() + "\n" + io.get()));
            }
        }
        return sum;
    }

    static long resident(String status) {
        var line = RESIDENT.matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) * KILO : 0;
    }

    private List<Path> members() {
        var found = new ArrayList<Path>(List.of(proc.resolve(Long.toString(root))));
        for (var at = 0; at < found.size(); at++) {
            children(found.get(at)).forEach(found::add);
        }
        return found;
    }

    private List<Path> children(Path member) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(member.resolve("task"))) {
            for (var task : tasks) {
                read(task.resolve("children")).stream().flatMap(Pattern.compile("\\s+")::splitAsStream)
                        .filter(number -> !number.isBlank()).map(proc::resolve).forEach(found::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
