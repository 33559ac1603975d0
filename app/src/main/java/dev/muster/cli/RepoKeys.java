// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import picocli.CommandLine.Command;

/** {@code muster repo keys}: who can open the repository. */
@Command(name = "keys", description = "See and change who can open the repository.", synopsisSubcommandLabel = "COMMAND", footerHeading = "%nRoles:%n", footer = {
        "  owner     everything, also changing the keys",
        "  capture   writes backups and WAL; cannot read what it wrote",
        "  restore   reads everything, for restore and verification",
        "  reap      deletes what has expired; reads no data"})
final class RepoKeys extends CommandGroup {

    RepoKeys(Object... commands) {
        super(commands);
    }
}
