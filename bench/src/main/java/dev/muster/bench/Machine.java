// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * This machine: commands on it, its caches, what it is.
 *
 * @param user whom commands run as if this process is root's; empty to stay who one is
 */
record Machine(Optional<String> user) {

    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

    /** A command for {@link ProcessBuilder} as the user for whom PostgreSQL and all peers run. */
    List<String> asUser(List<String> command) {
        var whole = new ArrayList<String>();
        user.ifPresent(name -> whole.addAll(List.of("setpriv", "--reuid=" + name, "--regid=" + name, "--init-groups",
                "--")));
        whole.addAll(command);
        return whole;
    }

    /** Runs a command as the user; its output. Throws IllegalStateException with that if it fails. */
    String run(Map<String, String> environment, String... command) throws InterruptedException {
        return output(asUser(List.of(command)), environment);
    }

    /** Runs a command as whoever this process is. */
    static String own(String... command) throws InterruptedException {
        return output(List.of(command), Map.of());
    }

    Path directory(Path path) throws InterruptedException {
        run(Map.of(), "mkdir", "-p", path.toString());
        return path;
    }

    static void remove(Path path) throws InterruptedException {
        own("rm", "-rf", path.toString());
    }

    /** Waits until what was written to this path's file system is on its disk: syncfs(2). */
    static void sync(Path path) throws InterruptedException {
        own("sync", "-f", path.toString());
    }

    /** Brings what lies below these paths into the page cache, or out of it. Everything was synced before. */
    void prepareCache(boolean warm, Path... paths) throws InterruptedException {
        own("sync");
        if (!warm && dropsCaches()) {
            return;
        }
        for (var path : paths) {
            own("bash", "-c", warm
                    ? "find \"$0\" -type f -exec cat {} + >/dev/null"
                    : "find \"$0\" -type f -exec dd if={} iflag=nocache count=0 status=none \\;", path.toString());
        }
    }

    /** How caches are emptied here. */
    String coldness() {
        return Files.isWritable(DROP_CACHES)
                ? "drop_caches"
                : "posix_fadvise(DONTNEED) of each file, as drop_caches is not to be had";
    }

    private static boolean dropsCaches() {
        try {
            Files.writeString(DROP_CACHES, "3\n");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The bytes of the files below a path, by their lengths, and how many files there are. */
    static long[] bytesAndFiles(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            var sizes = all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).summaryStatistics();
            return new long[]{sizes.getSum(), sizes.getCount()};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> facts(Path directory) throws InterruptedException {
        return List.of(
                "machine: " + own("nproc").strip() + " processors (" + field("/proc/cpuinfo", "model name") + "), "
                        + field("/proc/meminfo", "MemTotal") + " of memory, Linux " + own("uname", "-r").strip(),
                "disk: " + own("findmnt", "-n", "-o", "FSTYPE,OPTIONS", "-T", directory.toString()).strip(),
                "load before: " + read(Path.of("/proc/loadavg")).strip(),
                "cold: " + coldness());
    }

    private static String field(String file, String name) {
        return read(Path.of(file)).lines().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String output(List<String> command, Map<String, String> environment) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"));
            builder.environment().putAll(environment);
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
