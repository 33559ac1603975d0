// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.Slot;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.object.Digest;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster repo keys remove}. */
@Command(name = "remove", description = {"Take a slot away. Needs an owner's key.",
        "This is not revocation: who held its key may have kept the secrets that it opened. If that is possible, begin "
                + "a new epoch afterwards: 'muster repo keys rotate --new-naming'."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster repo keys remove 3fa9c1d2 --yes"})
final class RepoKeysRemove implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Parameters(paramLabel = "SLOT", description = "The first digits of its name, as 'list' shows them.")
    private String slot = "";

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    RepoKeysRemove(OpenVault vaults) {
        this.vaults = vaults;
    }

    private record Document(String slot, String role) {}

    @Override
    public Integer call() throws InterruptedException {
        return vaults.openToChange(where, (vault, _) -> {
            SlotInfo removed = SlotName.find(vault.keys().slots(), slot);
            int status = remove(vault, removed);
            if (!removed.mine()) {
                vault.refresh();
            }
            return status;
        });
    }

    private int remove(Vault vault, SlotInfo removed) throws InterruptedException {
        Terminal terminal = vaults.invocation().terminal();
        PrintWriter plan = json.asked() ? terminal.err() : terminal.out();
        plan.println("Remove slot " + SlotName.shortOf(removed.digest()) + ": " + removed.role()
                + removed.slot().map(Slot::label).map(label -> ", " + label).orElse("")
                + (removed.mine() ? ", THE KEY THAT YOU ARE USING" : "") + ".");
        plan.println("Its key will not open the repository. This is not revocation: who held it may have kept what it");
        plan.println("opened. If so, run 'muster repo keys rotate --new-naming' afterwards.");
        plan.flush();
        if (!yes && !terminal.attended()) {
            throw new CommandFault.Unconfirmed("remove slot " + SlotName.shortOf(removed.digest()));
        }
        if (!yes && !terminal.confirm("Remove it?")) {
            terminal.err().println("Nothing was changed.");
            return 1;
        }
        remove(vault.keys(), removed, vaults.journals().of(vault));
        if (json.asked()) {
            Json.print(terminal.out(), new Document(removed.digest().hex(), removed.role().toString()));
        } else {
            terminal.out().println("Removed.");
        }
        return 0;
    }

    /** What this key's slot says after its removal does not count: that it begins is the last thing. */
    private static void remove(KeyRing ring, SlotInfo removed, Journal journal) throws InterruptedException {
        Deed deed = Deed.of("keys.remove", removed.role() + " slot " + SlotName.shortOf(removed.digest())
                + removed.slot().map(Slot::label).map(label -> ", " + label).orElse(""));
        Journal.Work<Digest> work = () -> {
            ring.remove(removed.digest());
            return removed.digest();
        };
        if (removed.mine()) {
            journal.announceLast(deed, work);
        } else {
            journal.announce(deed, work, slot -> Map.of("slot", slot.hex()));
        }
    }
}
