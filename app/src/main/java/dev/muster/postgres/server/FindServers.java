// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Finds servers to which a directory belongs, before somebody takes it away from them. In doubt there is one.
 *
 * @param machine this one; servers on others, as on a shared disk, cannot be seen
 */
public record FindServers(Machine machine) {

    private static final String PID_FILE = "postmaster.pid";
    private static final int PID_BYTES_MAX = 8192;

    /**
     * What says that a server runs with its data, or a tablespace, at or below this directory: completes a sentence, such
     * as {@code process 4711 is a server that runs in it}.
     *
     * @param directory exists
     */
    public Optional<String> on(Path directory) {
        return byPidFile(directory).or(() -> machine.platform().isLinux() ? byProcesses(directory) : Optional.empty());
    }

    /** The process need not be called postgres: it may be one that we are not allowed to look at. */
    private static Optional<String> byPidFile(Path directory) {
        var file = directory.resolve(PID_FILE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        var pid = pid(file);
        if (pid.isEmpty()) {
            return Optional.of("it has a " + PID_FILE + " that names no process");
        }
        return ProcessHandle.of(pid.getAsLong())
                .filter(ServerProcesses::isAlive)
                .filter(handle -> Stream.iterate(Optional.of(ProcessHandle.current()), Optional::isPresent,
                        at -> at.flatMap(ProcessHandle::parent)).noneMatch(Optional.of(handle)::equals))
                .map(handle -> "its " + PID_FILE + " names process " + handle.pid() + ", which runs");
    }

    /** A server that runs alone, without clients, writes its number with a minus. */
    private static OptionalLong pid(Path file) {
        try (var content = Files.newInputStream(file)) {
            var line = new String(content.readNBytes(PID_BYTES_MAX), StandardCharsets.UTF_8).lines()
                    .findFirst().orElse("").strip();
            return line.matches("-?\\d{1,18}") ? OptionalLong.of(Math.abs(Long.parseLong(line))) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static Optional<String> byProcesses(Path directory) {
        var real = FileWork.realPath(directory);
        for (var server : ServerProcesses.dataDirectories().entrySet()) {
            if (server.getValue().startsWith(real)) {
                return Optional.of("process " + server.getKey() + " is a server that runs in " + server.getValue());
            }
            if (hasTablespaceIn(server.getValue(), real)) {
                return Optional.of("process " + server.getKey() + " is a server with a tablespace in it, of "
                        + server.getValue());
            }
        }
        return Optional.empty();
    }

    private static boolean hasTablespaceIn(Path dataDirectory, Path real) {
        try (var links = Files.newDirectoryStream(dataDirectory.resolve("pg_tblspc"))) {
            for (var link : links) {
                if (Files.exists(link) && link.toRealPath().startsWith(real)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // Its process has just ended, or its files are not ours to see.
            return false;
        }
    }
}
