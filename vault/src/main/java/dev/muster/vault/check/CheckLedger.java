// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.ledger.Flaw;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.Ledger;
import dev.muster.vault.ledger.VerifyLedger;
import dev.muster.vault.proof.Proofs;
import java.util.List;

/** Whether the evidence is all that was written: ledger, checkpoints and proofs. */
final class CheckLedger {

    private final Ledger ledger;
    private final Proofs proofs;
    private final Findings findings;

    CheckLedger(Ledger ledger, Proofs proofs, Findings findings) {
        this.ledger = ledger;
        this.proofs = proofs;
        this.findings = findings;
    }

    /**
     * Checks it. Sessions without an end, which every running process has, are left to {@code muster ledger verify}.
     *
     * @param hasStoreTimes whether the stamps are those of the store that was written to
     * @param remembered what this host has seen of the ledger
     */
    void check(boolean hasStoreTimes, Heads remembered) throws InterruptedException {
        for (Flaw flaw : VerifyLedger.read(ledger, hasStoreTimes, remembered, List.of()).flaws()) {
            if (flaw.isDamage()) {
                findings.damage(flaw.subject(), "ledger: " + flaw.what());
            } else if (flaw.kind() == Flaw.Kind.PUT_AGAIN || flaw.kind() == Flaw.Kind.LATE) {
                findings.notice(flaw.subject(), "ledger: " + flaw.what());
            }
        }
        proofs.read().refused().forEach(refused -> findings.damage(refused.key().value(), refused.why().what()));
    }
}
