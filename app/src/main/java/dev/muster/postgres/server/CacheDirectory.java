// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where unpacked binaries are kept. Since what lies there is executed, the directory must belong to us and nobody else
 * may write to it; since servers run as another user when we are root, that user must be able to enter it, which rules
 * out anything below /root.
 */
public final class CacheDirectory {

    private static final String MODE = "rwxr-xr-x";

    private final Machine machine;
    private final OsAccount account;
    private final List<Path> candidates;
    private final Consumer<String> say;

    CacheDirectory(Machine machine, OsAccount account, List<Path> candidates, Consumer<String> say) {
        this.machine = machine;
        this.account = account;
        this.candidates = List.copyOf(candidates);
        this.say = say;
    }

    /** The usual places: /var/cache for root, the user's own cache for others, then the temporary directory. */
    public static List<Path> usual(Machine machine, OsAccount account) {
        var candidates = new ArrayList<Path>();
        if (!account.isOurs()) {
            candidates.add(Path.of("/var/cache/muster"));
        } else if (machine.environment().getOrDefault("XDG_CACHE_HOME", "").startsWith("/")) {
            candidates.add(Path.of(machine.environment().getOrDefault("XDG_CACHE_HOME", "")).resolve("muster"));
        } else if (machine.environment().getOrDefault("HOME", "").startsWith("/")) {
            candidates.add(Path.of(machine.environment().getOrDefault("HOME", "")).resolve(".cache/muster"));
        }
        candidates.add(machine.temporary().resolve("muster-cache-for-" + account.uid()));
        return List.copyOf(candidates);
    }

    /** The first usable candidate, made if it is not there. */
    Path choose() throws InterruptedException {
        var refusals = new ArrayList<String>();
        for (var candidate : candidates) {
            var refusal = refusal(candidate);
            if (refusal.isEmpty()) {
                if (!refusals.isEmpty()) {
                    say.accept(
                            "PostgreSQL is unpacked into " + candidate + ", since " + String.join(" and ", refusals));
                }
                return candidate;
            }
            refusals.add(refusal.get());
        }
        throw new ServerFault.CacheUnusable(String.join("; ", refusals));
    }

    private Optional<String> refusal(Path candidate) throws InterruptedException {
        try {
            make(candidate);
            var reason = danger(candidate);
            if (reason.isPresent()) {
                return reason;
            }
        } catch (IOException e) {
            return Optional.of(candidate + " cannot be written to");
        }
        return account.closedOnTheWayTo(candidate, machine)
                .map(closed -> "user " + account.name() + " cannot enter " + closed);
    }

    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        if (directory.getParent() != null) {
            make(directory.getParent());
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(MODE));
    }

    private Optional<String> danger(Path directory) throws IOException {
        var permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            return Optional.of("others may write to " + directory);
        }
        var expected = account.isOurs() ? account.uid() : 0;
        if (!Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(expected)) {
            return Optional.of(directory + " belongs to another user");
        }
        return Files.isWritable(directory) ? Optional.empty() : Optional.of(directory + " cannot be written to");
    }
}
