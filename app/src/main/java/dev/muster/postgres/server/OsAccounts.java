// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Chooses the user that servers run as. Unless we are root it can only be ourselves. Root becomes that user through
 * setpriv (util-linux), or through runuser or su where setpriv is missing or is BusyBox's, which cannot do it.
 */
public final class OsAccounts {

    private static final Duration CHECK_AT_MOST = Duration.ofSeconds(20);
    private static final String RUN_ARGUMENTS = "exec \"$0\" \"$@\"";
    private static final List<String> USUAL = List.of("postgres", "nobody");

    private final Machine machine;
    private final Command command;

    public OsAccounts(Machine machine) {
        this.machine = machine;
        this.command = new Command(machine, CHECK_AT_MOST);
    }

    /** The user of this name or number: what {@code --as} says. */
    public OsAccount named(String name) throws InterruptedException {
        var uid = number("-u", name);
        if (uid.isEmpty()) {
            throw new ServerFault.AccountUnknown(name);
        }
        if (uid.getAsInt() == 0) {
            throw new ServerFault.AccountIsRoot(name);
        }
        var gid = number("-g", name).orElse(uid.getAsInt());
        if (uid.getAsInt() == ourUid()) {
            return new OsAccount(name, uid.getAsInt(), gid, List.of());
        }
        if (ourUid() != 0) {
            throw new ServerFault.AccountForbidden(name);
        }
        return dropTo(name, uid.getAsInt(), gid);
    }

    /** For a server with no data yet: ourselves, or if we are root the user postgres, or else nobody. */
    public OsAccount usual() throws InterruptedException {
        if (ourUid() != 0) {
            var name = id("-un");
            return named(name.succeeded() ? name.output().strip() : Integer.toString(ourUid()));
        }
        for (var name : USUAL) {
            if (number("-u", name).isPresent()) {
                return named(name);
            }
        }
        throw new ServerFault.AccountUnknown(String.join(" or ", USUAL));
    }

    /**
     * For a server on data that is there: if we are root, the user that owns the data, unless that is root itself, as
     * for a directory just restored; then the {@linkplain #usual usual} one.
     */
    public OsAccount owning(Path dataDirectory) throws InterruptedException {
        var owner = owner(dataDirectory);
        if (ourUid() != 0 || owner == 0) {
            return usual();
        }
        return named(nameOf(dataDirectory, owner));
    }

    /** Whether we are root and so have to become another user before a server can run. */
    public boolean weAreRoot() throws InterruptedException {
        return ourUid() == 0;
    }

    static int owner(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid");
        } catch (IOException e) {
            throw new ServerFault.FileFailed("see who owns it", file, e);
        }
    }

    private static String nameOf(Path file, int uid) {
        try {
            return Files.getOwner(file).getName();
        } catch (IOException e) {
            return Integer.toString(uid);
        }
    }

    private OsAccount dropTo(String name, int uid, int gid) throws InterruptedException {
        for (var way : ways(name, uid, gid)) {
            var account = new OsAccount(name, uid, gid, way);
            var ended = command.run(account.command(List.of("/bin/sh", "-c", "id -u")));
            if (ended.succeeded() && ended.output().strip().equals(Integer.toString(uid))) {
                return account;
            }
        }
        throw new ServerFault.AccountOutOfReach(name);
    }

    /**
     * The ways to become a user, best first. All but setpriv stay between us and the program as a process of their own.
     * Groups matter: Debian's postgres reads its TLS key as a member of ssl-cert. A user without a name has none.
     */
    List<List<String>> ways(String name, int uid, int gid) {
        var ways = new ArrayList<List<String>>();
        var ids = List.of("--reuid=" + uid, "--regid=" + gid);
        machine.program("setpriv").map(Path::toString).ifPresent(setpriv -> {
            ways.add(List.of(setpriv, ids.getFirst(), ids.getLast(), "--init-groups", "--"));
            ways.add(List.of(setpriv, ids.getFirst(), ids.getLast(), "--clear-groups", "--"));
        });
        machine.program("runuser")
                .map(Path::toString)
                .ifPresent(runuser -> ways.add(List.of(runuser, "-u", name, "--")));
        machine.program("su")
                .map(Path::toString)
                .ifPresent(su -> ways.add(List.of(su, "-s", "/bin/sh", name, "-c", RUN_ARGUMENTS, "--")));
        return ways;
    }

    private int ourUid() throws InterruptedException {
        var ended = id("-u");
        return Integer.parseInt(ended.output().strip());
    }

    private Command.Ended id(String... arguments) throws InterruptedException {
        var line = new ArrayList<>(List.of(machine.program("id").map(Path::toString).orElse("id")));
        line.addAll(List.of(arguments));
        return command.run(line);
    }

    private OptionalInt number(String which, String name) throws InterruptedException {
        var id = id(which, "--", name);
        if (id.succeeded()) {
            return OptionalInt.of(Integer.parseInt(id.output().strip()));
        }
        return name.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(name)) : OptionalInt.empty();
    }
}
