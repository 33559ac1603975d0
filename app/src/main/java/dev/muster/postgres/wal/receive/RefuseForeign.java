// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.vault.object.Uid;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses a server that is of another cluster than this system's. Other systems' clusters may be in the same repository:
 * a system's own histories are those in its spool, and those that its snapshots need. A history that no snapshot needs may
 * be one that the user has told to begin, with the backup still to come.
 */
final class RefuseForeign {

    private final ServerLog server;
    private final String system;
    private final LogRepository.Owners owners;

    RefuseForeign(ServerLog server, String system, LogRepository.Owners owners) {
        this.server = server;
        this.system = system;
        this.owners = owners;
    }

    /**
     * Looks. The repository is asked only if the spool cannot tell.
     *
     * @param spooled the histories in the spool
     * @throws ReceiverFault.ForeignSystem if what is known of this system is of another cluster
     */
    void look(Collection<KnownLog> known, Set<Uid> spooled) throws InterruptedException {
        var ofServer = known.stream().filter(server::isOfItsCluster).map(RefuseForeign::name).toList();
        if (ofServer.size() == known.size() || ofServer.stream().anyMatch(spooled::contains)) {
            return;
        }
        var systems = owners.systems();
        var own = known.stream()
                .filter(log -> spooled.contains(name(log))
                        || systems.getOrDefault(name(log), Set.of()).contains(system))
                .toList();
        var unclaimed = !ofServer.isEmpty() && ofServer.stream().noneMatch(systems::containsKey);
        if (!own.isEmpty() && own.stream().noneMatch(server::isOfItsCluster) && !unclaimed) {
            throw new ReceiverFault.ForeignSystem(server.toString(),
                    own.stream().map(KnownLog::toString).sorted().collect(Collectors.joining("; ")));
        }
    }

    private static Uid name(KnownLog log) {
        return log.lineage().incarnation();
    }
}
