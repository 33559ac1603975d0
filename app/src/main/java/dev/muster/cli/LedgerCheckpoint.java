// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.FaultKind;
import dev.muster.vault.Vault;
import dev.muster.vault.ledger.Flaw;
import dev.muster.vault.ledger.VerifyLedger.Verified;
import dev.muster.vault.object.Digest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster ledger checkpoint}. */
@Command(name = "checkpoint", description = {
        "Put one signed statement that names all ends of the ledger, and print its digest.",
        "Whoever keeps the digest elsewhere can tell later whether anything before it was taken away. The ledger is verified "
                + "first; exit status 3, and no checkpoint, if it is not whole."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster ledger checkpoint", "  muster ledger checkpoint --json"})
final class LedgerCheckpoint implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    LedgerCheckpoint(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** The document of {@code --json}. */
    private record Document(String checkpoint, long batches) {}

    @Override
    public Integer call() throws InterruptedException {
        return vaults.open(where, (vault, _) -> checkpoint(vault));
    }

    private int checkpoint(Vault vault) throws InterruptedException {
        Verified verified = vault.verifyLedger(List.of());
        if (!verified.isWhole()) {
            verified.flaws().stream().filter(Flaw::isDamage).forEach(flaw -> vaults.invocation().terminal().err()
                    .println(flaw.subject() + ": " + flaw.what()));
            return FaultKind.DAMAGE.exitStatus();
        }
        Digest checkpoint = vault.ledger().checkpoint(verified.view(), vaults.journals().host(),
                vaults.invocation().time().clock().instant());
        vault.verifyLedger(List.of(checkpoint.hex()));
        if (json.asked()) {
            Json.print(vaults.invocation().out(), new Document(checkpoint.hex(), verified.view().batches().size()));
        } else {
            vaults.invocation().out().println("Write this down, elsewhere: muster ledger verify --head "
                    + checkpoint.hex());
            vaults.invocation().out().flush();
        }
        return 0;
    }
}
