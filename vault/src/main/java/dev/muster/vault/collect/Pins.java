// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.util.HashMap;
import java.util.Map;

/**
 * What there is, for one who decides what may go: all of it could be read, and nothing is missing that must be there.
 *
 * @param view the snapshots and the roll
 * @param bySessions WAL that sessions need which have not ended, by history
 */
public record Pins(SnapshotCatalog.View view, Map<Uid, WalCover> bySessions) {

    public Pins {
        bySessions = Map.copyOf(bySessions);
    }

    /**
     * Reads it.
     *
     * @param statements for gc, see {@link Statements#collecting}
     * @param catalog made of these statements
     * @throws VaultFault.Uncollectable if anything cannot be read, or must be there and is not
     */
    public static Pins read(Statements statements, SnapshotCatalog catalog) throws InterruptedException {
        Sight sight = new LookAround(statements, catalog).look();
        Map<Uid, WalCover> covers = new HashMap<>();
        Need.ofSessions(sight).forEach((incarnation, needs) -> covers.put(incarnation, WalCover.of(needs.stream()
                .filter(need -> need.start() != need.end())
                .map(need -> new WalSpan(need.start(), need.end()))
                .toList())));
        return new Pins(sight.view(), covers);
    }
}
