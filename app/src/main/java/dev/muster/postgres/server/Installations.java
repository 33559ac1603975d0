// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The installations of this machine, and those that come with Muster as archives. An installation of the machine is
 * preferred to an archive of the same major version: it has the extensions, the collations and the client programs that
 * its data was made with.
 */
public final class Installations {

    /** Where packages put PostgreSQL, below the root directory; a star stands for one name. */
    private static final List<String> WELL_KNOWN = List.of("usr/lib/postgresql/*/bin", // Debian, Ubuntu, SUSE
            "usr/pgsql-*/bin", // the PostgreSQL project's RPMs
            "usr/libexec/postgresql*", // Alpine
            "usr/local/pgsql/bin", // built from source
            "opt/homebrew/opt/postgresql@*/bin", // Homebrew on ARM
            "usr/local/opt/postgresql@*/bin", // Homebrew on Intel
            "Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
            "Library/PostgreSQL/*/bin", // EnterpriseDB's installer on macOS
            "opt/bitnami/postgresql/bin"); // Bitnami's images

    private final Machine machine;
    private final OsAccount account;
    private final Path root;
    private final UnpackPostgres unpack;
    private final List<PostgresArchive> archives;

    /**
     * @param account whom the servers will run as
     * @param unpack turns an archive into an installation
     * @param archives the archives that came with Muster; may be none
     */
    public Installations(Machine machine, OsAccount account, UnpackPostgres unpack, List<PostgresArchive> archives) {
        this(machine, account, unpack, archives, Path.of("/"));
    }

    Installations(Machine machine, OsAccount account, UnpackPostgres unpack, List<PostgresArchive> archives,
            Path root) {
        this.machine = machine;
        this.account = account;
        this.unpack = unpack;
        this.archives = List.copyOf(archives);
        this.root = root;
    }

    /** The installation in this directory or in {@code bin} under it, as a user names one. */
    public Installation at(Path directory) throws InterruptedException {
        return Installation.at(directory.toAbsolutePath(), account, machine);
    }

    /** Every usable installation of the machine, newest first; archives are left packed. */
    public List<Installation> onMachine() throws InterruptedException {
        return look().usable();
    }

    /** The newest installation of this major version. */
    public Installation ofMajor(int major) throws InterruptedException {
        var found = look();
        for (var installation : found.usable()) {
            if (installation.version().major() == major) {
                return installation;
            }
        }
        for (var archive : archives) {
            if (archive.major().isEmpty() || archive.major().getAsInt() == major) {
                var installation = unpack.unpack(archive);
                if (installation.version().major() == major) {
                    return installation;
                }
            }
        }
        throw new ServerFault.NotInstalled("PostgreSQL " + major, describe(found));
    }

    /** The newest installation there is, of any major version. */
    public Installation newest() throws InterruptedException {
        var found = look();
        var candidates = new ArrayList<>(found.usable());
        for (var archive : archives) {
            candidates.add(unpack.unpack(archive));
        }
        return candidates.stream()
                .max(Comparator.comparing(Installation::version))
                .orElseThrow(() -> new ServerFault.NotInstalled("PostgreSQL", describe(found)));
    }

    /**
     * What a search found.
     *
     * @param usable newest first
     * @param unusable the directories that hold a server which cannot be used, and why not
     */
    private record Found(List<Installation> usable, Map<Path, String> unusable) {}

    private Found look() throws InterruptedException {
        var usable = new LinkedHashMap<Path, Installation>();
        var unusable = new LinkedHashMap<Path, String>();
        for (var directory : directories()) {
            try {
                var installation = at(directory);
                usable.putIfAbsent(installation.binDirectory(), installation);
            } catch (ServerFault fault) {
                unusable.put(directory, fault.subject());
            }
        }
        var newestFirst = usable.values()
                .stream()
                .sorted(Comparator.comparing(Installation::version).reversed())
                .toList();
        return new Found(newestFirst, unusable);
    }

    private SequencedSet<Path> directories() {
        var directories = new LinkedHashSet<Path>();
        WELL_KNOWN.forEach(pattern -> expand(root, Path.of(pattern), directories));
        machine.programDirectories()
                .stream()
                .filter(directory -> Files.exists(directory.resolve("postgres")))
                .forEach(directories::add);
        return directories;
    }

    private static void expand(Path above, Path pattern, SequencedSet<Path> into) {
        if (!Files.isDirectory(above)) {
            return;
        }
        var rest = pattern.getNameCount() == 1 ? null : pattern.subpath(1, pattern.getNameCount());
        try (DirectoryStream<Path> matches = Files.newDirectoryStream(above, pattern.getName(0).toString())) {
            for (var match : matches) {
                if (rest != null) {
                    expand(match, rest, into);
                } else if (Files.exists(match.resolve("postgres"))) {
                    into.add(match);
                }
            }
        } catch (AccessDeniedException e) {
            // A directory that we may not list holds nothing that we could run.
            return;
        } catch (IOException e) {
            throw new ServerFault.FileFailed("look for PostgreSQL", above, e);
        }
    }

    private String describe(Found found) {
        var lines = new ArrayList<String>();
        found.usable().forEach(here -> lines.add(here.binDirectory() + " is " + here.version().text()));
        found.unusable().forEach((directory, why) -> lines.add(directory + " cannot be used: " + why));
        WELL_KNOWN.forEach(pattern -> lines.add(root.resolve(pattern).toString()));
        lines.add("the directories of PATH");
        archives.forEach(archive -> lines.add("the archive " + archive.name()));
        return String.join("; ", lines);
    }
}
