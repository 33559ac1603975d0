// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.roll.RollEvent.Hold;
import dev.muster.vault.snapshot.SnapshotHead;
import java.security.SecureRandom;
import java.util.List;

/** Keeps snapshots from expiring, and lets them. */
public final class HoldSnapshot {

    private static final int PREFIX_CHARACTERS_MIN = 4;

    private final Vault vault;
    private final String host;

    /** @param host where it runs */
    public HoldSnapshot(Vault vault, String host) {
        this.vault = vault;
        this.host = host;
    }

    /**
     * Holds a snapshot until somebody ends that.
     *
     * @param idPrefix at least 4 digits of its id
     * @throws VaultFault.Unknown if there is none
     * @throws RetainFault.NotHeld if it was removed meanwhile
     */
    public SnapshotHead hold(String idPrefix, String reason, SecureRandom random) throws InterruptedException {
        SnapshotHead head =
                vault.snapshot(idPrefix).orElseThrow(() -> new VaultFault.Unknown("snapshot", idPrefix));
        vault.roll().append(host, List.of(new RollEvent.Held(new Hold(Uid.random(random), head.id(), reason))));
        if (vault.catalog().counting().stream().noneMatch(each -> each.id().equals(head.id()))) {
            throw new RetainFault.NotHeld(head.toString());
        }
        return head;
    }

    /**
     * Ends all holds of a snapshot, whether it is there or not.
     *
     * @param idPrefix at least 4 digits of its id
     * @return the holds that were ended
     * @throws VaultFault.Unknown if it is not held
     * @throws VaultFault.Refused if several snapshots that are held begin like this, or the prefix is shorter
     */
    public List<Hold> release(String idPrefix, String reason) throws InterruptedException {
        List<Hold> holds = vault.roll()
                .read()
                .holds()
                .stream()
                .filter(hold -> hold.snapshot().hex().startsWith(idPrefix))
                .toList();
        if (holds.isEmpty()) {
            throw new VaultFault.Unknown("snapshot that is held", idPrefix);
        }
        if (idPrefix.length() < PREFIX_CHARACTERS_MIN || holds.stream().map(Hold::snapshot).distinct().count() > 1) {
            throw new VaultFault.Refused("This may be the beginning of several snapshots", idPrefix,
                    "Give more digits.");
        }
        vault.roll().append(host, holds.stream().map(hold -> ended(hold, reason)).toList());
        return holds;
    }

    private static RollEvent ended(Hold hold, String reason) {
        return new RollEvent.HoldEnded(hold.uid(), reason);
    }
}
