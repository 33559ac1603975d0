// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The processes of one server, found one by one: a process belongs to it if it descends from its postmaster, or if it
 * runs {@code postgres} in its data directory, which every process of a server does and keeps doing when its postmaster
 * is gone. The second is seen under /proc; without one, as on macOS, only the first is.
 */
final class ServerProcesses {

    private static final Path PROC = Path.of("/proc");
    private static final Duration GONE_AT_MOST = Duration.ofSeconds(20);

    private final Machine machine;
    private final Path dataDirectory;

    ServerProcesses(Machine machine, Path dataDirectory) {
        this.machine = machine;
        this.dataDirectory = FileWork.realPath(dataDirectory);
    }

    /**
     * Kills the postmaster first, so that it starts no more children and tells them nothing, then every other process
     * of the server, and returns when all are gone.
     */
    void kill(ProcessHandle postmaster) throws InterruptedException {
        var victims = of(postmaster);
        postmaster.destroyForcibly();
        var gone = machine.waiting().until(() -> {
            victims.addAll(inDataDirectory());
            victims.forEach(ProcessHandle::destroyForcibly);
            return victims.stream().noneMatch(ServerProcesses::isAlive);
        }, GONE_AT_MOST);
        if (!gone) {
            throw new ServerFault.KillFailed(dataDirectory,
                    victims.stream().filter(ServerProcesses::isAlive).map(ProcessHandle::pid).toList());
        }
    }

    /** Whether this process is known to be one of the server's. */
    boolean include(ProcessHandle handle) {
        if (machine.platform().isLinux()) {
            return runsHere(handle);
        }
        return handle.info()
                .command()
                .map(Path::of)
                .map(Path::getFileName)
                .map(Path::toString)
                .filter("postgres"::equals)
                .isPresent();
    }

    /** A process that has ended but was not waited for by its parent counts as gone. */
    static boolean isAlive(ProcessHandle handle) {
        return handle.isAlive() && !isZombie(handle.pid());
    }

    /** All the server's processes that run now. */
    Set<ProcessHandle> of(ProcessHandle postmaster) {
        var all = new LinkedHashSet<>(inDataDirectory());
        all.add(postmaster);
        postmaster.descendants().forEach(all::add);
        all.removeIf(handle -> !isAlive(handle));
        return all;
    }

    /** Where the process writes its log, if that can be seen; else the usual file of a run directory. */
    Path logOf(ProcessHandle postmaster, PrivateDirectory run) {
        try {
            return Files.readSymbolicLink(PROC.resolve(postmaster.pid() + "/fd/2"));
        } catch (IOException e) {
            return run.path().resolve(PrivateDirectory.LOG);
        }
    }

    private List<ProcessHandle> inDataDirectory() {
        var found = new ArrayList<ProcessHandle>();
        if (machine.platform().isLinux()) {
            ProcessHandle.allProcesses().filter(this::runsHere).forEach(found::add);
        }
        return found;
    }

    /** The data directories of the servers that can be seen under /proc, by the numbers of their processes. */
    static Map<Long, Path> dataDirectories() {
        var found = new TreeMap<Long, Path>();
        ProcessHandle.allProcesses()
                .forEach(handle -> dataDirectory(handle).ifPresent(directory -> found.put(handle.pid(), directory)));
        return found;
    }

    private boolean runsHere(ProcessHandle handle) {
        return dataDirectory(handle).filter(dataDirectory::equals).isPresent();
    }

    /** Where it runs, if it is one of a server. */
    private static Optional<Path> dataDirectory(ProcessHandle handle) {
        var process = PROC.resolve(Long.toString(handle.pid()));
        try {
            var program = Files.readSymbolicLink(process.resolve("exe")).getFileName();
            return program != null && program.toString().matches("postgres( \\(deleted\\))?")
                    ? Optional.of(Files.readSymbolicLink(process.resolve("cwd")))
                    : Optional.empty();
        } catch (IOException e) {
            // It has ended, or it is another user's.
            return Optional.empty();
        }
    }

    private static boolean isZombie(long pid) {
        try {
            var stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }
}
