// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.vault.check.FindUntold;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster repo keys rotate}. */
@Command(name = "rotate", description = {"Begin a new epoch: new secrets for what is written from now on.",
        "Every slot that is there gets them; nobody's key or passphrase changes. What was written before stays as it "
                + "is. Needs an owner's key."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster repo keys rotate",
                        "  muster repo keys rotate --new-naming      after a key may have been stolen"})
final class RepoKeysRotate implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Option(names = "--new-naming", description = "Also name blocks anew. The next backup uploads everything again.")
    private boolean newNaming;

    RepoKeysRotate(OpenVault vaults) {
        this.vaults = vaults;
    }

    private record Document(int epoch, boolean newNaming) {}

    @Override
    public Integer call() throws InterruptedException {
        return vaults.openToChange(where, (vault, _) -> {
            int epoch = vaults.journals().of(vault).announce(
                    Deed.of("keys.rotate", newNaming ? "a new epoch with a new naming key" : "a new epoch"),
                    () -> vault.keys().newEpoch(!newNaming),
                    begun -> Map.of(FindUntold.EPOCH, Integer.toString(begun)));
            vault.refresh();
            if (json.asked()) {
                Json.print(vaults.invocation().out(), new Document(epoch, newNaming));
            } else {
                vaults.invocation().out().println("Epoch " + epoch + " has begun." + (newNaming
                        ? " The next backup of each system uploads everything again."
                        : " Deduplication goes on."));
            }
            return 0;
        });
    }
}
