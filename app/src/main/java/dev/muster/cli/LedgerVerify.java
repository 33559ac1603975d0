// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.FaultKind;
import dev.muster.vault.ledger.VerifyLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster ledger verify}. */
@Command(name = "verify", description = {"Find out whether the ledger is all that was written. Exit status 3 if not.",
        "Every entry is read, its signature checked, and whatever any session, checkpoint, this host or a digest that "
                + "somebody wrote down has seen must be there. Writes nothing into the repository."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster ledger verify", "  muster ledger verify --head 4bf5122f344554c5 --json"})
final class LedgerVerify implements Callable<Integer> {

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8,64}");

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Option(names = "--head", paramLabel = "DIGEST", description = "A head that was written down, or its first digits, at least 8: it and all before it must be there. Can be repeated.")
    private List<String> heads = new ArrayList<>();

    LedgerVerify(OpenVault vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        for (String head : heads) {
            if (!DIGITS.matcher(head).matches()) {
                throw new CommandFault.Unclear("Not the digits of a digest", head,
                        "Give at least 8 digits, 0 to 9 and a to f, as 'muster ledger verify' printed them.");
            }
        }
        String url = where.place(vaults.invocation()).address().url();
        VerifyLedger.Verified verified = vaults.openReadOnly(where, (vault, _) -> vault.verifyLedger(heads));
        LedgerText text = new LedgerText(url, verified);
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return verified.isWhole() ? 0 : FaultKind.DAMAGE.exitStatus();
    }
}
