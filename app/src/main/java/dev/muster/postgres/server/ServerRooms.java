// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decides as whom servers run here.
 *
 * @param machine this one
 * @param archives that came with Muster
 * @param say is told where an archive is unpacked if that is no usual place
 */
public record ServerRooms(Machine machine, List<PostgresArchive> archives, Consumer<String> say) {

    public ServerRooms {
        archives = List.copyOf(archives);
    }

    /**
     * For a server whose data are, or will be, in this directory.
     *
     * @param user as {@code --as} says; nothing for the owner of what is there, or else the usual one
     * @param directory or a file whose owner stands for the directory's
     */
    public ServerRoom of(Optional<String> user, Path directory) throws InterruptedException {
        var accounts = new OsAccounts(machine);
        if (user.isPresent()) {
            return room(accounts.named(user.get()));
        }
        return room(Files.exists(directory) ? accounts.owning(directory) : accounts.usual());
    }

    private ServerRoom room(OsAccount account) {
        return ServerRoom.of(machine, account, archives, say);
    }
}
