// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An installation of PostgreSQL's server on this machine.
 *
 * @param binDirectory the directory that holds {@code postgres} and {@code initdb}, absolute and without links
 * @param version what {@code postgres --version} says there
 */
public record Installation(Path binDirectory, ServerVersion version) {

    private static final Duration VERSION_AT_MOST = Duration.ofSeconds(20);

    /** A library that every server has: the directory of libraries is where it is. */
    private static final String EVERYWHERE = "libpqwalreceiver";
    private static final List<String> SUFFIXES = List.of(".so", ".dylib");
    private static final List<String> LIBRARY_DIRECTORIES = List.of("lib/postgresql", "lib", "lib64/pgsql", "lib/pgsql",
            "lib64/postgresql");

    /**
     * The installation in this directory, or in the directory {@code bin} under it.
     *
     * @param account whom the programs will run as, and so who must be able to run them
     */
    public static Installation at(Path directory, OsAccount account, Machine machine) throws InterruptedException {
        var under = directory.resolve("bin");
        var named = Files.exists(under.resolve("postgres")) ? under : directory;
        if (!Files.exists(named.resolve("postgres"))) {
            throw new ServerFault.InstallationUnusable(directory, "there is no program 'postgres' in it");
        }
        var bin = FileWork.realPath(named.resolve("postgres")).resolveSibling("").toAbsolutePath();
        if (!Files.exists(bin.resolve("initdb"))) {
            throw new ServerFault.InstallationUnusable(bin, "there is no program 'initdb' in it");
        }
        account.requireWayTo(bin, machine);
        var printed = new Command(machine, VERSION_AT_MOST)
                .run(account.command(List.of(bin.resolve("postgres").toString(), "--version")));
        var version = ServerVersion.parse(printed.output())
                .orElseThrow(() -> new ServerFault.InstallationUnusable(bin, printed.complaint()));
        return new Installation(bin, version);
    }

    /** The path of one of the server's own programs: postgres, initdb or pg_ctl. */
    public Path program(String name) {
        return tool(name).orElseThrow(() -> new ServerFault.ProgramMissing(name, binDirectory));
    }

    /**
     * The path of a program that not every installation has, such as pg_dump: packages split the clients off, and the
     * embedded binaries have none.
     */
    public Optional<Path> tool(String name) {
        return Optional.of(binDirectory.resolve(name)).filter(Files::isExecutable);
    }

    /** Whether the server would find a library of this name, such as {@code pg_stat_statements}. */
    boolean hasLibrary(String name) {
        return libraryDirectory().stream().anyMatch(directory -> libraryIn(directory, name).isPresent());
    }

    /** Where the server looks for {@code $libdir}: built into it, so found by what always lies there. */
    private Optional<Path> libraryDirectory() {
        var besideBin = LIBRARY_DIRECTORIES.stream().map(name -> binDirectory.resolveSibling(name));
        var alpine = Stream.of(binDirectory.resolve("../../lib").resolve(binDirectory.getFileName()));
        return Stream.concat(besideBin, alpine)
                .filter(directory -> libraryIn(directory, EVERYWHERE).isPresent())
                .findFirst();
    }

    private static Optional<Path> libraryIn(Path directory, String name) {
        if (Files.exists(directory.resolve(name)) && SUFFIXES.stream().anyMatch(name::endsWith)) {
            return Optional.of(directory.resolve(name));
        }
        return SUFFIXES.stream().map(suffix -> directory.resolve(name + suffix)).filter(Files::exists).findFirst();
    }
}
