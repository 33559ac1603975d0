// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What this package needs of the machine that it runs on.
 *
 * @param environment the environment variables of this process; only PATH, HOME and XDG_CACHE_HOME are looked at
 * @param platform whose binaries run here
 * @param temporary a directory for run directories that every user can enter, and short: the path of a Unix socket must
 *        fit into 107 bytes
 * @param nanoTime the monotonic clock, in nanoseconds
 */
public record Machine(Map<String, String> environment, Platform platform, Path temporary, LongSupplier nanoTime) {

    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
            "/usr/bin", "/sbin", "/bin");
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    public Machine {
        environment = Map.copyOf(environment);
    }

    /** The directories that programs are looked for in: those of PATH, then the usual ones. */
    List<Path> programDirectories() {
        var named = environment.getOrDefault("PATH", "").split(":", -1);
        return Stream.concat(Stream.of(named), SYSTEM_DIRECTORIES.stream())
                .filter(name -> name.startsWith("/"))
                .map(Path::of)
                .distinct()
                .toList();
    }

    /** The PATH that programs are started with. */
    String path() {
        return String.join(":", programDirectories().stream().map(Path::toString).toList());
    }

    /** The program of this name, if it is installed. */
    Optional<Path> program(String name) {
        return programDirectories().stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Wait waiting() {
        return new Wait(nanoTime, LOOK_EVERY);
    }
}
