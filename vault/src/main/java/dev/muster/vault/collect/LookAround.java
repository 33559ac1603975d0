// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.util.List;
import java.util.Optional;

/**
 * Lists and reads candidates, then snapshots, abandons and the roll, in this order: a session that commits in between has shown
 * itself or is among the snapshots.
 */
final class LookAround {

    private static final int ATTEMPTS_MAX = 10;

    private final Statements statements;
    private final SnapshotCatalog catalog;

    LookAround(Statements statements, SnapshotCatalog catalog) {
        this.statements = statements;
        this.catalog = catalog;
    }

    /**
     * Looks.
     *
     * @throws VaultFault.Uncollectable if anything among them cannot be read, or must be there and is not
     */
    Sight look() throws InterruptedException {
        VaultFault.Uncollectable objection = null;
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Survey<Shown> candidates = statements.survey(Kind.CANDIDATE, Shown::of);
            requireReadable(candidates.refused().stream().map(Outcome.Refused::why).toList());
            SnapshotCatalog.View view = catalog.read();
            requireReadable(view.refused());
            Optional<VaultFault.Uncollectable> unsettled = unsettled(candidates.vanished() || view.vanished(), view);
            if (unsettled.isEmpty()) {
                return new Sight(candidates.said(), view);
            }
            objection = unsettled.get();
        }
        throw objection == null ? new IllegalStateException("no attempt") : objection;
    }

    static void requireReadable(List<VaultFault> refused) {
        if (!refused.isEmpty()) {
            VaultFault first = refused.getFirst();
            VaultFault.Uncollectable fault = new VaultFault.Uncollectable(first.what(), first.subject());
            refused.forEach(fault::addSuppressed);
            throw fault;
        }
    }

    /** What may be otherwise in a moment, since a listing takes time; if it is not, it is a reason to stop. */
    private static Optional<VaultFault.Uncollectable> unsettled(boolean vanished, SnapshotCatalog.View view) {
        if (vanished) {
            return Optional.of(new VaultFault.Uncollectable("objects vanish while they are read", "candidate/"));
        }
        for (Digest missing : view.missing()) {
            return Optional.of(new VaultFault.Uncollectable("it was committed, never removed, and is not there",
                    "snapshot " + missing.hex().substring(0, 12)));
        }
        for (Digest parent : view.roll().missingParents()) {
            return Optional.of(new VaultFault.Uncollectable("an entry of the roll is named and is not there",
                    ObjectKeys.of(Kind.ROLL, parent).value()));
        }
        return Optional.empty();
    }
}
