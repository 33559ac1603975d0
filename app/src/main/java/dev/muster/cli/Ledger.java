// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster ledger}: what happened. */
@Command(name = "ledger", description = "What happened to a repository, when, by whom, and whether anything of it is missing.", synopsisSubcommandLabel = "COMMAND")
public final class Ledger extends CommandGroup {

    private Ledger(Object... commands) {
        super(commands);
    }

    /** The group with its commands. */
    public static Ledger of(OpenVault vaults) {
        return new Ledger(new LedgerVerify(vaults), new LedgerShow(vaults), new LedgerCheckpoint(vaults));
    }
}
