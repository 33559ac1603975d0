// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user of the operating system that servers and their tools run as. PostgreSQL refuses to run as root, so this is
 * never root.
 *
 * @param name the user's name, or its number where the machine knows no name
 * @param uid the user's number
 * @param gid the number of its primary group
 * @param become what a command line starts with so that it runs as this user; empty if we are this user
 */
public record OsAccount(String name, int uid, int gid, List<String> become) {

    private static final Duration CHECK_AT_MOST = Duration.ofSeconds(20);
    private static final String FIRST_CLOSED = "for d in \"$@\"; do [ -x \"$d\" ] || { echo \"$d\"; exit 1; }; done";

    public OsAccount {
        if (uid == 0) {
            throw new IllegalArgumentException("PostgreSQL never runs as root");
        }
        become = List.copyOf(become);
    }

    /** Whether this process runs as this user already. */
    public boolean isOurs() {
        return become.isEmpty();
    }

    /** The command line that runs this program as this user. */
    public List<String> command(List<String> arguments) {
        var command = new ArrayList<>(become);
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /**
     * Gives a file, or a directory with all that is in it, to this user. Symbolic links change hands themselves, what
     * they point to does not: a restored data directory could point anywhere. Does nothing if we are this user.
     */
    public void own(Path tree) {
        if (isOurs()) {
            return;
        }
        try {
            Files.walkFileTree(tree, new Handover(this));
        } catch (IOException e) {
            throw new ServerFault.FileFailed("give it to user " + name, tree, e);
        }
    }

    /** Gives one file or directory to this user, and nothing that is in it. Does nothing if we are this user. */
    public void ownOnly(Path file) {
        if (isOurs()) {
            return;
        }
        try {
            new Handover(this).give(file);
        } catch (IOException e) {
            throw new ServerFault.FileFailed("give it to user " + name, file, e);
        }
    }

    /**
     * The first directory on the way down to this one that the user may not enter, as the kernel sees it: permissions,
     * access lists and security modules included.
     */
    Optional<Path> closedOnTheWayTo(Path directory, Machine machine) throws InterruptedException {
        var arguments = new ArrayList<>(List.of("/bin/sh", "-c", FIRST_CLOSED, "sh"));
        var way = new ArrayList<Path>();
        for (var step = directory.toAbsolutePath(); step != null; step = step.getParent()) {
            way.addFirst(step);
        }
        way.forEach(step -> arguments.add(step.toString()));
        var ended = new Command(machine, CHECK_AT_MOST).run(command(arguments));
        return ended.succeeded() ? Optional.empty() : Optional.of(Path.of(ended.output().strip()));
    }

    /** Throws if this user cannot enter this directory. */
    public void requireWayTo(Path directory, Machine machine) throws InterruptedException {
        var closed = closedOnTheWayTo(directory, machine);
        if (closed.isPresent()) {
            throw new ServerFault.DirectoryClosed(directory, closed.get(), name);
        }
    }

    private static final class Handover extends SimpleFileVisitor<Path> {

        private final OsAccount account;

        Handover(OsAccount account) {
            this.account = account;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            give(directory);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            give(file);
            return FileVisitResult.CONTINUE;
        }

        private void give(Path path) throws IOException {
            give(path, "unix:uid", account.uid());
            give(path, "unix:gid", account.gid());
        }

        private static void give(Path path, String attribute, Integer value) throws IOException {
            if (!value.equals(Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(path, attribute, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
