// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where servers run here, as whom, and from whose programs.
 *
 * @param machine this one
 * @param account whom servers run as
 * @param installations what they are run from
 */
public record ServerRoom(Machine machine, OsAccount account, Installations installations) {

    /**
     * With the installations of the machine, and what these archives hold besides.
     *
     * @param archives that came with Muster
     * @param say is told where an archive is unpacked if that is no usual place
     */
    public static ServerRoom of(Machine machine, OsAccount account, List<PostgresArchive> archives,
            Consumer<String> say) {
        var unpack = new UnpackPostgres(machine, account, CacheDirectory.usual(machine, account), say);
        return new ServerRoom(machine, account, new Installations(machine, account, unpack, archives));
    }
}
