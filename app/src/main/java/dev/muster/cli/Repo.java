// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster repo}: the repository itself. */
@Command(name = "repo", description = "Look after the repository itself.", synopsisSubcommandLabel = "COMMAND")
public final class Repo extends CommandGroup {

    private Repo(Object... commands) {
        super(commands);
    }

    /** The group with its commands. */
    public static Repo of(OpenVault vaults) {
        return new Repo(
                new RepoKeys(new RepoKeysList(vaults), new RepoKeysAdd(vaults), new RepoKeysRemove(vaults),
                        new RepoKeysRotate(vaults), new RepoKeysMend(vaults)),
                new RepoStats(vaults), new RepoCheck(vaults), new RepoGc(vaults), new RepoCopy(vaults));
    }
}
