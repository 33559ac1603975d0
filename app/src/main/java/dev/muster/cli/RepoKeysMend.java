// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster repo keys mend}. */
@Command(name = "mend", description = {"Put right what a crash or two owners at once left behind.",
        "Unites two lists of slots, grants what slots lack, deletes what removed slots left. Needs an owner's key."}, footerHeading = "%nExamples:%n", footer = {
                "  muster repo keys mend"})
final class RepoKeysMend implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    RepoKeysMend(OpenVault vaults) {
        this.vaults = vaults;
    }

    private record Document(int objectsChanged) {}

    @Override
    public Integer call() throws InterruptedException {
        return vaults.openToChange(where, (vault, _) -> {
            int changed = vaults.journals().of(vault).announce(Deed.of("keys.mend", "the keys"),
                    () -> vault.keys().mend(), count -> Map.of("changed", Integer.toString(count)));
            vault.refresh();
            if (json.asked()) {
                Json.print(vaults.invocation().out(), new Document(changed));
            } else {
                vaults.invocation().out().println(changed == 0
                        ? "Nothing to mend."
                        : "Mended: " + Figures.count(changed) + " objects were put or deleted.");
            }
            return 0;
        });
    }
}
