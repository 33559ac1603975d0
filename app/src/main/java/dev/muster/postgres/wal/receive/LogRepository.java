// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalArchive;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a system's log goes: a repository that may be that of other systems too.
 *
 * @param archive its log
 * @param owners tells the systems' histories apart
 */
public record LogRepository(WalArchive archive, Owners owners) {

    /** Whose history is whose: a history says of which cluster it is, and only a snapshot says of which system. */
    @FunctionalInterface
    public interface Owners {
        /** For each history that a snapshot needs: the systems of such snapshots, by name. */
        Map<Uid, Set<String>> systems() throws InterruptedException;
    }

    /**
     * A repository's.
     *
     * @param host name of this host, for what is written there
     */
    public static LogRepository of(Vault vault, String host) {
        return new LogRepository(vault.wal(host), () -> systems(vault));
    }

    private static Map<Uid, Set<String>> systems(Vault vault) throws InterruptedException {
        var systems = new HashMap<Uid, Set<String>>();
        for (var head : vault.snapshots()) {
            for (var need : head.body().needs()) {
                systems.computeIfAbsent(need.incarnation(), _ -> new HashSet<>()).add(head.system());
            }
        }
        return systems;
    }
}
