// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.store.Capabilities;
import dev.muster.store.Store;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEntry;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.roll.RollView;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.WalSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries a plan out: one entry of the roll says what was removed and what was released. Whoever is killed has said all of it or
 * nothing; who says it twice has said it once. Nothing is deleted: garbage collection does that.
 */
public final class ApplyRetention {

    private final Vault vault;
    private final Store store;
    private final PlanRetention planning;
    private final String host;

    /**
     * @param store that the vault is in
     * @param host where it runs
     */
    public ApplyRetention(Vault vault, Store store, PlanRetention planning, String host) {
        this.vault = vault;
        this.store = store;
        this.planning = planning;
        this.host = host;
    }

    /**
     * Carries out what was shown, unless there was a pause in the backups; see below.
     */
    public void apply(RetentionPlan shown, boolean takesMost) throws InterruptedException {
        apply(shown, takesMost, false);
    }

    /**
     * Carries out what was shown.
     *
     * @param takesMost whether more than half of the snapshots may go
     * @param goesOverPause whether anything may go after a pause in the backups
     * @throws RetainFault.Changed if it would do something else now
     * @throws RetainFault.Most if it takes too much
     * @throws RetainFault.Paused if there was a pause
     * @throws VaultFault.NotGranted if the role may not say it
     */
    public void apply(RetentionPlan shown, boolean takesMost, boolean goesOverPause) throws InterruptedException {
        requireAllowed();
        RetentionPlan now = planning.plan(shown.system(), shown.policy());
        if (!now.id().equals(shown.id())) {
            throw new RetainFault.Changed(shown.system(), shown.id(), now.id());
        }
        if (now.snapshots().takeMost() && !takesMost) {
            throw new RetainFault.Most(now.system(), now.snapshots().expiring().size(), now.snapshots().all().size());
        }
        if (now.pause().isPresent() && !now.isEmpty() && !goesOverPause) {
            throw new RetainFault.Paused(now.system(), now.pause().get());
        }
        List<RollEvent> events = events(now);
        if (!events.isEmpty()) {
            // Planning takes minutes: a hold that was put meanwhile counts, and is among the parents of the entry.
            RollView seen = vault.roll().read();
            if (seen.holds().stream().anyMatch(hold -> takes(now, hold))) {
                throw new RetainFault.Changed(shown.system(), shown.id(), "one with more holds");
            }
            // More than one entry takes is of a history that nobody has; what is left is the next run's.
            vault.roll().append(host, events.subList(0, Math.min(events.size(), RollEntry.LIST_ITEMS_MAX)), seen);
        }
    }

    private static boolean takes(RetentionPlan plan, RollEvent.Hold hold) {
        return plan.snapshots().expiring().stream().anyMatch(each -> each.id().equals(hold.snapshot().hex()));
    }

    private void requireAllowed() {
        if (vault.role() != Role.OWNER && vault.role() != Role.REAP) {
            throw new VaultFault.NotGranted("remove snapshots", vault.role().toString());
        }
        Capabilities can = store.capabilities();
        if (!can.storeTimes() || can.listing() != Capabilities.Listing.STRONG) {
            throw new RetainFault.Copy(store.place());
        }
    }

    private static List<RollEvent> events(RetentionPlan plan) {
        List<RollEvent> events = new ArrayList<>();
        plan.snapshots().expiring().forEach(each -> events.add(new RollEvent.Removed(Digest.parse(each.id()))));
        for (LogDecision log : plan.log()) {
            for (WalSpan span : log.releases().spans()) {
                events.add(new RollEvent.WalReleased(
                        new RollEvent.Release(log.log().incarnation(), span.start(), span.end())));
            }
        }
        return events;
    }
}
