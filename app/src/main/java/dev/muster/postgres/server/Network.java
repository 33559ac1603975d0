// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which network the processes of a server see. Unix sockets in the file system work with either. */
public enum Network {

    /** That of the machine. */
    HOST,
    /**
     * None, not even 127.0.0.1, through a network namespace of Linux: nothing that runs in the server, such as a foreign
     * server, a function that sends e-mail or a restore_command, reaches another machine.
     */
    NONE;

    private static final Duration CHECK_AT_MOST = Duration.ofSeconds(20);

    /** Whether servers of this account can be started without a network here; containers often forbid it. */
    static boolean canBeCut(Machine machine, OsAccount account) throws InterruptedException {
        var prefix = cutting(machine, account);
        if (prefix.isEmpty()) {
            return false;
        }
        var trial = new ArrayList<>(prefix.get());
        trial.addAll(account.command(List.of("/bin/sh", "-c", "exit 0")));
        return new Command(machine, CHECK_AT_MOST).run(trial).succeeded();
    }

    /** What a command line starts with, before it becomes another user, so that it sees this network. */
    List<String> prefix(Machine machine, OsAccount account) throws InterruptedException {
        return switch (this) {
            case HOST -> List.of();
            case NONE -> {
                if (!canBeCut(machine, account)) {
                    throw new ServerFault.NetworkStays(account.name());
                }
                yield cutting(machine, account).orElseThrow();
            }
        };
    }

    /** Without root, a namespace for users is needed first, in which we stay who we are. */
    private static Optional<List<String>> cutting(Machine machine, OsAccount account) {
        return machine.program("unshare")
                .map(unshare -> account.isOurs()
                        ? List.of(unshare.toString(), "--user", "--map-current-user", "--net", "--")
                        : List.of(unshare.toString(), "--net", "--"));
    }
}
