// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that all others belong to; alone it says which there are. */
@Command(name = "muster", description = "Disaster recovery for PostgreSQL: backup, proof, drill, recovery, evidence.", versionProvider = Version.class, mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "%nExit status:%n", exitCodeList = {
        "0:done", "1:failed", "2:wrong usage or configuration", "3:damage found", "4:objective missed"})
final class Muster implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
