// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalSpan;
import java.util.List;

/**
 * Keeps the log of a backup from the moment at which it is known where that begins: a backup may take longer than a policy's window
 * is long, and another one that began later may end before it.
 */
record KeepLog(Vault vault, BackupPlan plan, CaptureSession session, BackupWatch watch)
        implements
            ReceiveBackup.Watcher {

    @Override
    public void begins(BackupStart start) throws InterruptedException {
        session.keepLog(histories(start).stream().map(history -> need(history, start)).toList());
        watch.begins(start);
    }

    /** Every history that the backup may belong to, which is known when its log has arrived; a standby may go on on a later timeline. */
    private List<Lineage> histories(BackupStart start) throws InterruptedException {
        var system = plan.server().identity().system().value();
        return vault.wal(plan.request().host())
                .lineages()
                .known()
                .stream()
                .filter(each -> each.origin().systemIdentifier() == system)
                .filter(each -> each.origin().timeline() >= start.timeline().number())
                .toList();
    }

    private static WalNeed need(Lineage history, BackupStart start) {
        var segment = WalSpan.floor(start.position().value(), history.segmentBytes());
        return new WalNeed(history.incarnation(), history.origin().timeline(), segment, segment);
    }

    @Override
    public void received(long bytes) {
        watch.received(bytes);
    }
}
